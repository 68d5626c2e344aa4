package dev.forebay.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;

/** A class's simple name ends with none of the words. */
final class NotEndWith extends ArchCondition<JavaClass> {

  private final List<String> words;

  NotEndWith(List<String> words) {
    super("not have a name that ends with one of " + words);
    this.words = words;
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    for (String word : words) {
      if (type.getSimpleName().endsWith(word)) {
        events.add(SimpleConditionEvent.violated(
            type, type.getName() + " ends with " + word + " in " + type.getSourceCodeLocation()));
      }
    }
  }
}
