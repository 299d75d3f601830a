// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.Extension;

class ReproTest {

  @Test
  void thePurposeDecidesTheNumbers() {
    long first = Repro.random("one").nextLong();
    assertThat(Repro.random("one").nextLong()).isEqualTo(first);
    assertThat(Repro.random("two").nextLong()).isNotEqualTo(first);
  }

  @Test
  void theSeedIsTheOneOfTheBuild() {
    assertThat(System.getProperty("cairn.test.seed", "" + Repro.seed()))
        .isEqualTo("" + Repro.seed());
  }

  @Test
  void theCommandRunsOneMethodWithTheSameSeed() {
    assertThat(Repro.command("core", "StoreTest", "works", 42))
        .isEqualTo("mvn -pl core verify -Dtest='StoreTest#works' -Dtest.seed=42");
    assertThat(Repro.command("djl-integration", "StoreTest", "works", 42))
        .startsWith(
            "mvn -pl djl-integration -am -Dsurefire.failIfNoSpecifiedTests=false -DfailIfNoTests=false verify");
  }

  @Test
  void theExtensionIsRegisteredForEveryTest() {
    assertThat(ServiceLoader.load(Extension.class))
        .hasAtLeastOneElementOfType(ReproduceExtension.class);
  }
}
