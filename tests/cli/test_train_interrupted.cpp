// tracer train when it is killed, and when somebody presses Ctrl-C.
#include <csignal>

#include "tests/catch.hpp"
#include "tests/cli/running_program.hpp"
#include "tests/cli/train_cases.hpp"

namespace tracer {

TEST_CASE("a run that was killed goes on as if nothing had happened", "[cli][train][needs-speed]") {
  const TemporaryFolder folder;
  const std::string lesson = [] {
    std::string text = endless;
    text.replace(text.find("epochs=100000"), 13, "epochs=40");
    return text.replace(text.find("2000"), 4, "20000");
  }();
  write_text(folder.path() / "rings.lesson", lesson);
  REQUIRE(run_program({"train", "rings.lesson", "--quiet", "--save", "whole.safetensors"},
                      folder.path())
              .status == 0);
  {
    // many more epochs, so that it is still at work when it is killed
    RunningProgram running({"train", "rings.lesson", "--epochs", "60000", "--checkpoint", "c.ckpt",
                            "--format", "json"},
                           folder.path());
    REQUIRE(running.wait_for("\"epoch\":2,"));
    running.send(SIGKILL);
    CHECK(running.end().status == 128 + SIGKILL);
  }
  Checkpoint checkpoint = load_checkpoint(folder.path() / "c.ckpt");
  REQUIRE(checkpoint.epoch >= 1);
  if (checkpoint.epoch >= 40) {
    WARN("skipped: the machine was too slow to kill it in time");
    return;
  }
  const ProgramRun resumed = run_program(
      {"train", "--resume", "c.ckpt", "--epochs", "40", "--quiet", "--save", "resumed.safetensors"},
      folder.path());
  INFO(resumed.errors);
  REQUIRE(resumed.status == 0);
  const Model whole = load_model(folder.path() / "whole.safetensors");
  const Model continued = load_model(folder.path() / "resumed.safetensors");
  CHECK(same_parameters(whole, continued));
  CHECK(whole.lesson == continued.lesson);
  CHECK(continued.history.size() == 40);
}

TEST_CASE("the first Ctrl-C ends a run well, the second at once", "[cli][train]") {
  const TemporaryFolder folder;
  write_text(folder.path() / "rings.lesson", endless);
  SECTION("one: the report comes, the model is saved, the status a shell's") {
    for (const int signal : {SIGINT, SIGTERM}) {
      RunningProgram running({"train", "rings.lesson", "--save", "m.safetensors"}, folder.path());
      REQUIRE(running.wait_for("epoch      1/100000"));
      running.send(signal);
      const ProgramRun run = running.end();
      INFO(run.errors);
      CHECK(run.status == 128 + signal);
      CHECK(has(run.errors, "interrupted in epoch"));
      CHECK(has(run.output, "Validation"));
      CHECK(load_model(folder.path() / "m.safetensors").parameters.size() == 4);
    }
  }
  SECTION("what was interrupted can be continued") {
    RunningProgram running({"train", "rings.lesson", "--checkpoint", "c.ckpt"}, folder.path());
    REQUIRE(running.wait_for("epoch      1/100000"));
    running.send(SIGINT);
    CHECK(running.end().status == 130);
    const int done = load_checkpoint(folder.path() / "c.ckpt").epoch;
    const ProgramRun resumed = run_program(
        {"train", "--resume", "c.ckpt", "--epochs", std::to_string(done + 2), "--format", "json"},
        folder.path());
    INFO(resumed.errors);
    CHECK(resumed.status == 0);
    CHECK(json_lines(resumed.output).back()["epochs"] == done + 2);
  }
  SECTION("two") {
    RunningProgram running({"train", "rings.lesson"}, folder.path());
    REQUIRE(running.wait_for("epoch      1/100000"));
    for (int i = 0; i < 2000; ++i) running.send(SIGINT);  // two that stand together may be one
    CHECK(running.end().status == 130);
  }
}

TEST_CASE("Ctrl-C in the middle of a large product does no harm", "[cli][train]") {
  // oneDNN's products move the stack pointer: see tracer/cli/train_output.cpp. Where the signal hits
  // is chance, so there are several.
  const TemporaryFolder folder;
  for (int i = 0; i < 4; ++i) {
    RunningProgram running(
        {"train", "--layers", "200,512,10", "--data", "blobs(2000, features=200, centers=10)",
         "--epochs", "100000", "--format", "json", "--threads", i % 2 == 0 ? "1" : "2"},
        folder.path());
    REQUIRE(running.wait_for("\"epoch\":" + std::to_string(2 + i)));
    running.send(SIGINT);
    const ProgramRun run = running.end();
    INFO(run.errors);
    CHECK(run.status == 130);
    CHECK(json_lines(run.output).back()["interrupted"] == true);
  }
}

}  // namespace tracer
