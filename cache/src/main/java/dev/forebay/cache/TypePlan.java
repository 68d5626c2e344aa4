package dev.forebay.cache;

import java.lang.invoke.MethodHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of one class can hold something sensitive.
 *
 * @param members those of interest, where the kind is {@code MEMBERS} or {@code ENTRY}
 * @param rebuild how to build one anew, where the class is a record
 */
record TypePlan(Kind kind, List<Member> members, @Nullable Rebuild rebuild) {

  enum Kind {
    NOTHING,
    TEXT,
    OPTIONAL,
    COLLECTION,
    MAP,
    ENTRY,
    REFERENCE,
    ARRAY,
    MEMBERS,
    UNREADABLE
  }

  static TypePlan of(Kind kind) {
    return new TypePlan(kind, List.of(), null);
  }

  /**
   * A member to look at.
   *
   * @param reason why its content is sensitive whatever it is, or null if it has to be looked into
   * @param reader takes the object, returns the content; both as {@code Object}
   */
  record Member(String name, Class<?> type, Finding.@Nullable Reason reason, MethodHandle reader) {

    @Nullable
    Object of(Object owner) {
      try {
        return (Object) reader.invokeExact(owner);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("Cannot read member '" + name + "'", e);
      }
    }
  }

  /**
   * The canonical constructor of a record and all its components, in its order.
   *
   * @param constructor takes the components as {@code Object[]}, returns the record as {@code Object}
   */
  record Rebuild(List<Member> components, MethodHandle constructor) {}
}
