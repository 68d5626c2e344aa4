package dev.forebay.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Who may see whom. Packages are named below a root package, so that the same rules judge the
 * library and the fixtures; a rule about a module that does not exist yet holds.
 */
final class ModuleRules {

  static final List<String> FEATURES = List.of("cache", "jobs", "limits", "sessions");

  private final String root;

  ModuleRules(String root) {
    this.root = root;
  }

  Map<String, ArchRule> byName() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    rules.put("packages form no cycle", packagesFormNoCycle());
    rules.put("modules form no cycle", modulesFormNoCycle());
    rules.put("features are blind to each other", featuresAreBlind());
    rules.put("embedded stands alone", standsOn("embedded", within("embedded")));
    rules.put(
        "testing stands on embedded only", standsOn("testing", within("testing", "embedded")));
    rules.put("http stands alone", standsOn("http", within("http")));
    rules.put("Lettuce stays in redis", lettuceStaysInRedis());
    rules.put("redis does not show Lettuce", redisDoesNotShowLettuce());
    rules.put("nobody sees benchmarks", nobodySeesBenchmarks());
    rules.put("users do not call the spi", usersDoNotCallTheSpi());
    rules.put("features do not show the spi", featuresDoNotShowTheSpi());
    rules.put("Micrometer stays in its module", micrometerStaysInItsModule());
    rules.put("Spring stays in its modules", springStaysInItsModules());
    rules.put("Servlet stays in its modules", servletStaysInItsModules());
    return rules;
  }

  private ArchRule packagesFormNoCycle() {
    return slices()
        .assignedFrom(slicing("packages", JavaClass::getPackageName))
        .should()
        .beFreeOfCycles()
        .because("a cycle cannot be read, tested or moved in parts;"
            + " let the lower package declare an interface that the upper one implements")
        .allowEmptyShould(true);
  }

  private ArchRule modulesFormNoCycle() {
    return slices()
        .assignedFrom(slicing("modules", this::module))
        .should()
        .beFreeOfCycles()
        .because("arrows between modules point down only; move the shared noun to the lower module")
        .allowEmptyShould(true);
  }

  private ArchRule featuresAreBlind() {
    return classes()
        .should(FeatureBlindness.below(root))
        .because("each of " + FEATURES + " must be usable without the others;"
            + " join them in the facade, or move what they share down to redis")
        .allowEmptyShould(true);
  }

  private ArchRule standsOn(String module, String[] allowed) {
    return noClasses()
        .that()
        .resideInAnyPackage(within(module))
        .should()
        .dependOnClassesThat(house().and(DescribedPredicate.not(resideInAnyPackage(allowed))))
        .as(module + " should see no other module than " + List.of(allowed))
        .because("others must be able to use it, in tests or under any framework, without what"
            + " you add: pass the value in instead")
        .allowEmptyShould(true);
  }

  private ArchRule lettuceStaysInRedis() {
    return noClasses()
        .that(
            house().and(DescribedPredicate.not(resideInAnyPackage(within("redis", "benchmarks")))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.lettuce..")
        .because("one module can follow a new driver; give dev.forebay.redis.spi the call that"
            + " is missing")
        .allowEmptyShould(true);
  }

  private ArchRule redisDoesNotShowLettuce() {
    return classes()
        .that()
        .resideInAnyPackage(within("redis"))
        .should(new NotShow(resideInAPackage("io.lettuce..")))
        .because("whoever sees a driver type depends on the driver; wrap it, or make the member"
            + " package-private")
        .allowEmptyShould(true);
  }

  private ArchRule nobodySeesBenchmarks() {
    return noClasses()
        .that(house().and(DescribedPredicate.not(resideInAnyPackage(within("benchmarks")))))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(within("benchmarks"))
        .because("it is never published and brings every peer along: move what is needed down")
        .allowEmptyShould(true);
  }

  private ArchRule usersDoNotCallTheSpi() {
    return noClasses()
        .that()
        .resideInAnyPackage(within("marketplace", "examples", "servlet"))
        .should()
        .dependOnClassesThat(spi())
        .because("redis.spi may change in any release; use the public type of the feature, or"
            + " give it one")
        .allowEmptyShould(true);
  }

  private ArchRule featuresDoNotShowTheSpi() {
    return classes()
        .that(new Feature(root)
            .or(DescribedPredicate.describe(
                "the facade", type -> type.getPackageName().equals(root))))
        .should(new NotShow(spi()))
        .because("redis.spi is not for users;"
            + " take the public connection of dev.forebay.redis and fetch the spi"
            + " inside, or make the member package-private")
        .allowEmptyShould(true);
  }

  private ArchRule micrometerStaysInItsModule() {
    return noClasses()
        .that(house()
            .and(DescribedPredicate.not(resideInAnyPackage(
                within("micrometer", "spring*", "marketplace", "examples", "benchmarks")))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.micrometer..")
        .because(
            "features emit events to a listener; meters are a listener in the micrometer module,"
                + " which spring* only wires")
        .allowEmptyShould(true);
  }

  private ArchRule springStaysInItsModules() {
    return noClasses()
        .that(house()
            .and(DescribedPredicate.not(
                resideInAnyPackage(within("spring*", "marketplace", "examples", "benchmarks")))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.springframework..")
        .because(
            "the library serves every framework; move the class to spring or spring-boot-starter")
        .allowEmptyShould(true);
  }

  private ArchRule servletStaysInItsModules() {
    return noClasses()
        .that(house()
            .and(DescribedPredicate.not(
                resideInAnyPackage(within("servlet", "spring*", "marketplace", "examples")))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jakarta.servlet..")
        .because("features and http serve applications without a servlet container; move the class"
            + " to servlet")
        .allowEmptyShould(true);
  }

  private DescribedPredicate<JavaClass> house() {
    return resideInAPackage(root + "..");
  }

  private DescribedPredicate<JavaClass> spi() {
    return resideInAPackage(root + ".redis.spi..");
  }

  private String[] within(String... modules) {
    String[] patterns = new String[modules.length];
    for (int i = 0; i < modules.length; i++) {
      patterns[i] = root + "." + modules[i] + "..";
    }
    return patterns;
  }

  private String module(JavaClass type) {
    return Feature.firstSegment(root, type).orElse("the facade");
  }

  private SliceAssignment slicing(String what, Function<JavaClass, String> name) {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return house().test(type) ? SliceIdentifier.of(name.apply(type)) : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return what + " below " + root;
      }
    };
  }
}
