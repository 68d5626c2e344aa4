package dev.forebay.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScriptContractTest {

  @Test
  void every_script_of_the_repository_keeps_its_contract() {
    assertThat(new ScriptContract(House.ofThisBuild()).violations()).isEmpty();
  }
}
