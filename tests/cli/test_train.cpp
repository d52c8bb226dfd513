// tracer train: what it prints, what it writes, and how it ends.
#include <cstdlib>
#include <optional>

#include "tests/catch.hpp"
#include "tests/cli/train_cases.hpp"

namespace tracer {
namespace {

// An environment variable of the programs that are started, for as long as it lives.
class EnvironmentVariable {
 public:
  EnvironmentVariable(const char* name, const std::string& value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    setenv(name, value.c_str(), 1);
  }
  ~EnvironmentVariable() {
    if (before_) {
      setenv(name_, before_->c_str(), 1);
    } else {
      unsetenv(name_);
    }
  }
  EnvironmentVariable(const EnvironmentVariable&) = delete;
  EnvironmentVariable& operator=(const EnvironmentVariable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

}  // namespace

TEST_CASE("train learns two rings, and shows how", "[cli][train]") {
  const ProgramRun run = run_program(rings);
  INFO(run.errors);
  CHECK(run.status == 0);
  CHECK(run.errors.empty());  // no terminal: no bar
  for (const char* part :
       {"200 training samples; 33 parameters", "epoch  1/30", "epoch 30/30", "all 30 epochs",
        "accuracy 100.0 %", "precision    recall  f1-score   support", "Confusion matrix",
        "Decision boundary"}) {
    INFO(part);
    CHECK(has(run.output, part));
  }
  CHECK_FALSE(has(run.output, "\x1b["));
}

TEST_CASE("the same command gives the same weights, with another seed others", "[cli][train]") {
  const TemporaryFolder folder;
  const auto save = [&](const char* name, const std::vector<std::string>& more) {
    const auto path = folder.path() / name;
    REQUIRE(run_program(with(with(rings, more), {"--quiet", "--save", path.string()})).status == 0);
    return load_model(path);
  };
  std::vector<std::string> other = rings;
  const Model first = save("a.safetensors", {});
  CHECK(same_parameters(first, save("b.safetensors", {})));
  other.back() = "4";
  const auto path = folder.path() / "c.safetensors";
  REQUIRE(run_program(with(other, {"--quiet", "--save", path.string()})).status == 0);
  CHECK_FALSE(same_parameters(first, load_model(path)));
}

TEST_CASE("--show prints a lesson that trains to the same end", "[cli][train]") {
  const TemporaryFolder folder;
  const ProgramRun shown = run_program(with(rings, {"--show"}));
  CHECK(shown.status == 0);
  CHECK(has(shown.output, "param W1 = kaiming(8, 2)"));
  CHECK(has(shown.output, "epochs=30"));
  write_text(folder.path() / "rings.lesson", shown.output);
  const auto last = [&](const ProgramRun& run) {
    Json line = json_lines(run.output).back();
    line.erase("seconds");
    return line;
  };
  CHECK(last(run_program({"train", "rings.lesson", "--format", "json"}, folder.path())) ==
        last(run_program(with(rings, {"--format", "json"}))));
}

TEST_CASE("a lesson's train line is rewritten by flags, and what was run is what is saved",
          "[cli][train]") {
  const TemporaryFolder folder;
  write_text(
      folder.path() / "x.lesson",
      "# X\nparam w = 1\nparam b = 0\ndata x, y in (1, 3), (2, 5), (3, 7)\nz = w*x + b\n"
      "L = mse(z, y)\ntrain L with sgd(0.01,\n  momentum=0.5), batch_size=1, epochs=3  # one by "
      "one\nexpect finally: loss <= 1000\n");
  const auto shown = [&](const std::vector<std::string>& flags) {
    return run_program(with({"train", "x.lesson", "--show"}, flags), folder.path()).output;
  };
  CHECK(
      has(shown({"--lr", "0.05"}), "train L with sgd(0.05, momentum=0.5), batch_size=1, epochs=3"));
  CHECK(has(shown({"--momentum", "0.9"}), "train L with sgd(0.01, momentum=0.9), batch_size=1"));
  CHECK(has(shown({"--optimizer", "adam"}), "train L with adam(), batch_size=1, epochs=3"));
  CHECK(has(shown({"--optimizer", "adam", "--lr", "0.1"}), "train L with adam(lr=0.1), batch"));
  CHECK(has(shown({"--epochs", "7", "--batch-size", "all"}), "batch_size=all, epochs=7"));
  CHECK(has(shown({"--shuffle"}), "epochs=3, shuffle=true"));
  CHECK(has(shown({"--no-shuffle"}), "epochs=3, shuffle=false"));
  CHECK(has(shown({"--schedule", "step(step_size=2, gamma=0.5)"}),
            "schedule=step(step_size=2, gamma=0.5)"));
  CHECK(has(shown({"--seed", "7"}), "\nseed 7\n"));
  CHECK(shown({}) == read_text(folder.path() / "x.lesson"));
  // the lines below stay where they were, so that messages name the right ones
  CHECK(lines_of(shown({"--epochs", "7"}))[8] == "expect finally: loss <= 1000");

  const ProgramRun run = run_program(
      {"train", "x.lesson", "--epochs", "5", "--save", "x.safetensors", "--quiet"}, folder.path());
  INFO(run.errors);
  CHECK(run.status == 0);
  CHECK(has(load_model(folder.path() / "x.safetensors").lesson, "epochs=5"));
}

TEST_CASE("flags of a network are refused for a lesson that has one", "[cli][train]") {
  CHECK(run_program({"train", "xor-2-2-1", "--dropout", "0.5"}).errors ==
        "tracer: error: --dropout: is for a network without a lesson, and xor-2-2-1 has one; write "
        "it there, or leave the lesson out\n");
}

TEST_CASE("--format json prints an object an epoch and the metrics last", "[cli][train]") {
  const ProgramRun run =
      run_program(with(rings, {"--format", "json", "--validation", "0.1", "--test", "0.2"}));
  INFO(run.errors);
  CHECK(run.status == 0);
  const std::vector<Json> all = json_lines(run.output);
  REQUIRE(all.size() == 31);
  CHECK(all.front()["epoch"] == 1);
  CHECK(all.front().contains("loss"));
  CHECK(all.front().contains("val_accuracy"));
  const Json& end = all.back();
  CHECK(end["event"] == "end");
  CHECK(end["epochs"] == 30);
  CHECK(end["interrupted"] == false);
  CHECK(end["test_accuracy"] == 1.0);
  CHECK(end["test_f1"] == 1.0);
  for (const char* key : {"train_loss", "train_accuracy", "val_loss", "val_accuracy", "val_f1",
                          "test_loss", "seconds", "expectations", "reason"}) {
    INFO(key);
    CHECK(end.contains(key));
  }
}

TEST_CASE("--report is the whole training as one file, --format html the same as output",
          "[cli][train]") {
  const TemporaryFolder folder;
  const std::vector<std::string> watched =
      with(rings, {"--validation", "0.2", "--early-stopping", "--patience", "2"});
  const ProgramRun run = run_program(with(watched, {"--report", "page.html"}), folder.path());
  INFO(run.output << run.errors);
  REQUIRE(run.status == 0);
  CHECK(has(run.output, "epoch  1/30"));
  const std::string page = read_text(folder.path() / "page.html");
  for (const char* text :
       {"<title>loss</title>", "<title>decision boundary</title>",
        "<title>training samples</title>", "parameters", "<summary>The lesson, "})
    CHECK(has(page, text));
  CHECK(page.size() < 300'000);
  CHECK_FALSE(has(page, "<script"));
  const ProgramRun written = run_program(with(watched, {"--format", "html"}), folder.path());
  CHECK(written.output.starts_with("<!DOCTYPE html>"));
  CHECK(has(written.output, "<title>decision boundary</title>"));
  const ProgramRun wrong = run_program(with(rings, {"--report", "page.pdf"}), folder.path());
  CHECK(wrong.status == 2);
  CHECK(has(wrong.errors, "--report page.pdf: its name ends in .html, .md, .tex or .txt"));
}

TEST_CASE("expectations are judged, and one that fails ends with status 1", "[cli][train]") {
  const TemporaryFolder folder;
  const std::string lesson =
      "param w = 0\ndata x, y in (1, 2), (2, 4)\nz = w*x\nL = mse(z, y)\n"
      "train L with sgd(lr=0.1), batch_size=all, epochs=50\nexpect finally: loss ";
  write_text(folder.path() / "good.lesson", lesson + "<= 0.001\n");
  write_text(folder.path() / "bad.lesson", lesson + ">= 5\n");
  const ProgramRun good = run_program({"train", "good.lesson"}, folder.path());
  INFO(good.errors);
  CHECK(good.status == 0);
  CHECK(has(good.output, "finally: loss <= 0.001   holds"));
  const ProgramRun bad = run_program({"train", "bad.lesson"}, folder.path());
  CHECK(bad.status == 1);
  CHECK(has(bad.output, "finally: loss >= 5   does not hold"));
  const ProgramRun quiet = run_program({"train", "bad.lesson", "--quiet"}, folder.path());
  CHECK(quiet.status == 1);
  CHECK(lines_of(quiet.output).size() == 1);
  CHECK(has(quiet.errors, "does not hold"));
  const ProgramRun json = run_program({"train", "bad.lesson", "--format", "json"}, folder.path());
  CHECK(json.status == 1);
  CHECK(json_lines(json.output).back()["expectations"][0]["holds"] == false);
}

TEST_CASE("numbers to be predicted have a loss and R² in place of accuracy", "[cli][train]") {
  const ProgramRun run = run_program({"train", "--layers", "1,1", "--data", "linear(200, weight=3)",
                                      "--optimizer", "sgd", "--lr", "0.1", "--epochs", "20"});
  INFO(run.errors);
  CHECK(run.status == 0);
  CHECK(has(run.output, "R² 1.0000"));
  CHECK_FALSE(has(run.output, "accuracy"));
  const ProgramRun json =
      run_program({"train", "--layers", "1,1", "--data", "linear(200, weight=3)", "--optimizer",
                   "sgd", "--lr", "0.1", "--epochs", "20", "--format", "json"});
  CHECK(json_lines(json.output).back()["train_r2"].get<double>() > 0.999);
}

TEST_CASE("a loss that is not finite ends the run with status 1", "[cli][train]") {
  const TemporaryFolder folder;
  const ProgramRun run =
      run_program({"train", "--layers", "1,1", "--data", "linear(200)", "--optimizer", "sgd",
                   "--lr", "1e30", "--epochs", "5", "--save", "m.safetensors"},
                  folder.path());
  CHECK(run.status == 1);
  CHECK(has(run.errors, "not finite"));
  CHECK(has(run.errors, "epoch 1, step "));
  CHECK_FALSE(std::filesystem::exists(folder.path() / "m.safetensors"));
}

TEST_CASE("--csv, --watch, --trace-step and --quiet do what they say", "[cli][train]") {
  const TemporaryFolder folder;
  const ProgramRun run = run_program(with(rings, {"--csv", "h.csv", "--watch", "W1", "--trace-step",
                                                  "2", "--trace", "W1[3,1]", "--no-report"}),
                                     folder.path());
  INFO(run.errors);
  CHECK(run.status == 0);
  CHECK(has(run.output, "W1       value"));
  CHECK(has(run.output, "W1[3,1]"));
  CHECK_FALSE(has(run.output, "Confusion matrix"));
  CHECK(lines_of(read_text(folder.path() / "h.csv")).size() == 31);
  CHECK(has(run_program(with(rings, {"--trace-step", "100000"})).errors,
            "step 100000 was not reached"));
  CHECK(lines_of(run_program(with(rings, {"--quiet"})).output).size() == 1);
  // many epochs: some lines, or all
  const auto epoch_lines = [&](const std::vector<std::string>& more) {
    int count = 0;
    for (const std::string& line : lines_of(run_program(with(rings, more)).output))
      count += line.starts_with("epoch ") && has(line, "/") ? 1 : 0;
    return count;
  };
  CHECK(epoch_lines({"--no-report"}) < 20);
  CHECK(epoch_lines({"--no-report", "--verbose"}) == 30);
}

TEST_CASE("--config takes the names of the flags; what is on the command line counts more",
          "[cli][train]") {
  const TemporaryFolder folder;
  write_text(folder.path() / "run.toml",
             "# a run\nlayers = [2, 8, 1]\ndata = \"circles(200, factor=0.4, noise=0.05)\"\n"
             "lr = 0.05\nepochs = 12\nbatch_size = 16\nearly-stopping = true\nshuffle = false\n");
  const auto shown = [&](const std::vector<std::string>& more) {
    return run_program(with({"train", "--show", "--config", "run.toml"}, more), folder.path());
  };
  const ProgramRun plain = shown({});
  INFO(plain.errors);
  CHECK(has(plain.output, "param W1 = kaiming(8, 2)"));
  CHECK(has(plain.output, "circles(200, factor=0.4, noise=0.05)"));
  CHECK(has(plain.output, "batch_size=16, epochs=12"));
  CHECK(has(plain.output, "early_stopping=true"));
  CHECK(has(shown({"--epochs", "5"}).output, "epochs=5"));
  CHECK(has(shown({"--shuffle"}).output, "shuffle=true"));

  write_text(folder.path() / "run.toml", "layers = [2, 8, 1]\nepoch = 3\n");
  const ProgramRun unknown = shown({});
  CHECK(unknown.status == 2);
  CHECK(unknown.errors ==
        "tracer: error: --config run.toml: train has no flag --epoch; did you mean --epochs?\n");
  write_text(folder.path() / "run.toml", "[network]\nlayers = [2, 8, 1]\n");
  CHECK(shown({}).status == 2);
  CHECK(run_program({"train", "--config", "nowhere.toml"}, folder.path()).errors ==
        "tracer: error: --config nowhere.toml: there is no such file, or it is empty\n");
}

TEST_CASE("the command that began a training goes on with --resume", "[cli][train]") {
  const TemporaryFolder folder;
  const std::vector<std::string> command{"train",   "--layers",     "2,8,1",  "--data",
                                         "circles", "--checkpoint", "c.ckpt", "--quiet"};
  const auto run = [&](const std::vector<std::string>& more) {
    return run_program(with(command, more), folder.path());
  };
  REQUIRE(run({"--epochs", "6", "--save", "whole.safetensors"}).status == 0);
  REQUIRE(run({"--epochs", "3"}).status == 0);
  const ProgramRun on =
      run({"--epochs", "6", "--resume", "c.ckpt", "--save", "resumed.safetensors"});
  INFO(on.errors);
  REQUIRE(on.status == 0);
  CHECK(same_parameters(load_model(folder / "whole.safetensors"),
                        load_model(folder / "resumed.safetensors")));
  const ProgramRun other = run({"--activation", "tanh", "--resume", "c.ckpt"});
  CHECK(other.status == 2);
  CHECK(has(other.errors, "it is of another network or other data than these flags say"));
}

TEST_CASE("a remark on a network of flags says whose lesson it is", "[cli][train]") {
  const ProgramRun run = run_program({"train", "--layers", "2,3,1", "--data", "moons", "--epochs",
                                      "2", "--warmup", "9", "--quiet"});
  CHECK(has(run.errors, "(the lesson of these flags):"));
  CHECK_FALSE(has(run.errors, "<command line>"));
}

TEST_CASE("wrong flags of train are errors with exit status 2", "[cli][train]") {
  const TemporaryFolder folder;
  for (const auto& [flags, says] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{}, "train wants a lesson, or a network with --layers"},
           {{"chain-rule"}, "train"},
           {{"--dropout", "0.1"}, "a network wants --layers too"},
           {{"--layers", "2,x,1"}, "--layers 2,x,1: expected the units"},
           {{"--layers", "2"}, "at least two"},
           {{"--layers", "2,3,1", "--data", "circels"}, "did you mean circles?"},
           {{"--layers", "2,3,1", "--data", "circles", "--activation", "rleu"}, "relu"},
           {{"--layers", "2,3,1", "--data", "circles", "--optimizer", "adm"}, "adam"},
           {{"--layers", "2,3,1", "--data", "circles", "--lr", "fast"}, "expected a number"},
           {{"--layers", "2,3,1", "--data", "circles", "--lr", "-1"}, "lr"},
           {{"--layers", "2,3,1", "--data", "circles", "--batch-size", "0"}, "expected a whole"},
           {{"--layers", "2,3,1", "--data", "circles", "--epochs", "0"}, "--epochs"},
           {{"--layers", "2,3,1", "--data", "circles", "--validation", "1.5"}, "1.5"},
           {{"--layers", "2,3,1", "--data", "circles", "--dtype", "float16"}, "--dtype"},
           {{"--layers", "2,3,1", "--data", "circles", "--threads", "-1"}, "--threads"},
           {{"--layers", "2,3,1", "--data", "circles", "--watch", "W9"}, "W9"},
           {{"--layers", "2,3,1", "--data", "circles", "--trace", "W1[0,0]"}, "--trace-step"},
           {{"--layers", "2,3,1", "--data", "circles", "--epoch", "3"}, "did you mean --epochs?"},
           {{"--layers", "2,3,1", "--data", "circles", "--save", "m.pt"}, ".safetensors or .npz"},
           {{"--layers", "2,3,1", "--data", "circles", "--save", "no/where/m.npz"},
            "there is no folder"},
           {{"--layers", "2,3,1", "--data", "circles", "--resume", "nowhere.ckpt"}, "nowhere.ckpt"},
           {{"--resume", "nowhere.ckpt"}, "nowhere.ckpt"},
           {{"nowhere.lesson"}, "there is no such file"},
       }) {
    INFO(says);
    const ProgramRun run = run_program(with({"train"}, flags), folder.path());
    INFO(run.errors);
    CHECK(run.status == 2);
    CHECK(run.output.empty());
    CHECK(has(run.errors, "error"));
    CHECK(has(run.errors, says));
  }
}

TEST_CASE("data that are not there are told with how to get them", "[cli][train]") {
  const TemporaryFolder folder;
  // no such folders: neither TRACER_DATA's nor the cache's
  const EnvironmentVariable data("TRACER_DATA", (folder.path() / "nowhere").string());
  const EnvironmentVariable cache("XDG_CACHE_HOME", (folder.path() / "nowhere").string());
  const ProgramRun run = run_program({"train", "mnist-784-20-10"});
  const ProgramRun list = run_program({"data", "list"});
  CHECK(run.status == 2);
  CHECK(has(run.errors, "tracer data download mnist"));
  CHECK(list.status == 0);
  CHECK(has(list.output, "to have mnist: tracer data download mnist"));
}

TEST_CASE("a full disk is told after the report, and leaves nothing half-written",
          "[cli][train][needs-dev-full]") {
  if (!std::filesystem::exists("/dev/full")) {
    WARN("skipped: there is no /dev/full here");
    return;
  }
  const ProgramRun run = run_program(with(rings, {"--csv", "/dev/full"}));
  CHECK(run.status == 2);
  CHECK(has(run.output, "Confusion matrix"));
  CHECK(has(run.errors, "/dev/full can't be written"));
  CHECK(std::filesystem::is_character_file("/dev/full"));
}

}  // namespace tracer
