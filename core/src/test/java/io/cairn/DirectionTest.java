// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Imports run one way only, and nothing that is read becomes code. */
class DirectionTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.cairn");

  /** What each package may import, of ours. */
  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          Map.entry(
              "io.cairn",
              Set.of(
                  "io.cairn.commit",
                  "io.cairn.sagemaker",
                  "io.cairn.staging",
                  "io.cairn.policy",
                  "io.cairn.store",
                  "io.cairn.store.s3",
                  "io.cairn.format",
                  "io.cairn.model")),
          Map.entry(
              "io.cairn.cli",
              Set.of(
                  "io.cairn.rehearsal",
                  "io.cairn.inspect",
                  "io.cairn.commit",
                  "io.cairn.sagemaker",
                  "io.cairn.policy",
                  "io.cairn.store",
                  "io.cairn.store.s3",
                  "io.cairn.format",
                  "io.cairn.model")),
          Map.entry(
              "io.cairn.rehearsal",
              Set.of(
                  "io.cairn.inspect",
                  "io.cairn.commit",
                  "io.cairn.sagemaker",
                  "io.cairn.format",
                  "io.cairn.store",
                  "io.cairn.model")),
          Map.entry(
              "io.cairn.inspect",
              Set.of(
                  "io.cairn.commit",
                  "io.cairn.policy",
                  "io.cairn.format",
                  "io.cairn.store",
                  "io.cairn.model")),
          Map.entry(
              "io.cairn.commit",
              Set.of(
                  "io.cairn.staging",
                  "io.cairn.policy",
                  "io.cairn.format",
                  "io.cairn.store",
                  "io.cairn.model")),
          Map.entry(
              "io.cairn.sagemaker",
              Set.of("io.cairn.policy", "io.cairn.format", "io.cairn.store", "io.cairn.model")),
          Map.entry("io.cairn.staging", Set.of("io.cairn.format", "io.cairn.model")),
          Map.entry("io.cairn.policy", Set.of("io.cairn.model")),
          Map.entry("io.cairn.format", Set.of("io.cairn.model")),
          Map.entry("io.cairn.store", Set.of("io.cairn.model")),
          Map.entry("io.cairn.store.s3", Set.of("io.cairn.store", "io.cairn.model")),
          Map.entry("io.cairn.model", Set.of()),
          Map.entry("io.cairn.micrometer", Set.of("io.cairn", "io.cairn.model")));

  @Test
  void everyPackageIsListedHere() {
    Set<String> packages =
        CLASSES.stream()
            .map(JavaClass::getPackageName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(packages).containsExactlyInAnyOrderElementsOf(MAY_IMPORT.keySet());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.cairn",
        "io.cairn.cli",
        "io.cairn.inspect",
        "io.cairn.rehearsal",
        "io.cairn.micrometer",
        "io.cairn.commit",
        "io.cairn.sagemaker",
        "io.cairn.staging",
        "io.cairn.policy",
        "io.cairn.format",
        "io.cairn.store",
        "io.cairn.store.s3",
        "io.cairn.model"
      })
  void aPackageImportsOnlyWhatLiesBelow(String name) {
    String[] others =
        MAY_IMPORT.keySet().stream()
            .filter(other -> !other.equals(name) && !MAY_IMPORT.get(name).contains(other))
            .toArray(String[]::new);
    if (others.length > 0) {
      noClasses()
          .that()
          .resideInAPackage(name)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .check(CLASSES);
    }
  }

  @Test
  void thereAreNoCycles() {
    slices().matching("io.cairn.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  /** The doorway writes no bytes: of the format it sees manifests and the errors of a header. */
  @Test
  void theDoorwaySeesOnlyTheManifestOfTheFormat() {
    noClasses()
        .that()
        .resideInAPackage("io.cairn")
        .should()
        .dependOnClassesThat(
            new DescribedPredicate<>("are of the format, other than what a manifest consists of") {
              @Override
              public boolean test(JavaClass used) {
                return used.getPackageName().equals("io.cairn.format")
                    && !Set.of("Manifest", "FileEntry", "StoredPart", "ByteSource")
                        .contains(used.getSimpleName());
              }
            })
        .check(CLASSES);
  }

  @Test
  void onlyTheS3StoreKnowsTheAwsSdk() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.cairn.store.s3..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon..")
        .check(CLASSES);
  }

  @Test
  void onlyTheCommandsKnowPicocli() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.cairn.cli")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(CLASSES);
  }

  @Test
  void onlyItsListenerKnowsMicrometer() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.cairn.micrometer")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.micrometer..")
        .check(CLASSES);
  }

  /** A Java runtime may have been made without the module. */
  @Test
  void onlyItsListenerKnowsTheFlightRecorder() {
    noClasses()
        .that()
        .haveNameNotMatching("io\\.cairn\\.FlightRecorderEvents.*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.jfr..")
        .check(CLASSES);
  }

  @Test
  void nothingIsDeserializedIntoClasses() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.ObjectInputStream")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.beans..", "com.fasterxml.jackson.databind..", "javax.script..")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ClassLoader.class)
        .check(CLASSES.that(isNotTheSignal()));
  }

  private static DescribedPredicate<JavaClass> isNotTheSignal() {
    return new DescribedPredicate<>("are not the signal, which is an interface made here") {
      @Override
      public boolean test(JavaClass type) {
        return !type.getName().startsWith("io.cairn.TermSignal");
      }
    };
  }

  /** Only what a JVM may lack is looked up: the signal, direct writes. The names are constants. */
  @Test
  void noClassIsLookedUpByName() {
    noClasses()
        .that()
        .haveNameNotMatching("io\\.cairn\\.(TermSignal.*|store\\.DirectWrites)")
        .should()
        .callMethod(Class.class, "forName", String.class)
        .orShould()
        .callMethod(Class.class, "forName", String.class, boolean.class, ClassLoader.class)
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.ServiceLoader")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.lang.reflect..", "java.lang.invoke..")
        .check(CLASSES);
  }

  @Test
  void theFormatHasNoPathsNoThreadsNoClock() {
    noClasses()
        .that()
        .resideInAPackage("io.cairn.format")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.util.concurrent..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.time.Clock")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.Thread")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(CLASSES);
  }
}
