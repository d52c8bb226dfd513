// tracer compare: models on the same samples.
#include "tests/catch.hpp"
#include "tests/cli/train_cases.hpp"
#include "tests/datasets/files.hpp"
#include "tracer/render/comparison_page.hpp"

namespace tracer {

TEST_CASE("against: who alone is right", "[compare]") {
  const Against made = against({0, 1, 2, 0, 1}, {0, 1, 0, 1, 0}, {0, 0, 2, 0, 2});
  CHECK(made.first_alone == 1);
  CHECK(made.other_alone == 2);
  CHECK(made.p == 1);
}

TEST_CASE("compare: a net that can fence the ring in, and one that can't", "[cli][compare]") {
  const TemporaryFolder folder;
  const auto train = [&](const std::string& layers, const std::string& name) {
    return run_program(
               {"train", "--layers", layers, "--data", "circles(400, factor=0.4)", "--test", "0.5",
                "--optimizer", "adam", "--lr", "0.05", "--epochs", "60", "--quiet", "--save", name},
               folder.path())
        .status;
  };
  REQUIRE(train("2,1,1", "one.safetensors") == 0);
  REQUIRE(train("2,8,1", "eight.safetensors") == 0);
  const ProgramRun run =
      run_program({"compare", "one.safetensors", "eight.safetensors"}, folder.path());
  INFO(run.output << run.errors);
  CHECK(run.status == 0);
  CHECK(has(run.output, "2 models on 200 test samples"));
  CHECK(has(run.output, "eight is better on these samples"));
  CHECK(has(run.output, "training loss"));
  const ProgramRun same =
      run_program({"compare", "one.safetensors", "one.safetensors"}, folder.path());
  CHECK(has(same.output, "have the same samples right"));
}

TEST_CASE("compare: models that differ by their seed alone are one curve with a band",
          "[cli][compare]") {
  const TemporaryFolder folder;
  write_text(folder.path() / "points.csv",
             "0,0,no\n1,1,yes\n0,1,no\n1,0,yes\n0.1,0,no\n0.9,1,yes\n");
  std::vector<std::string> all{"compare", "--data", "points.csv"};
  for (const std::string lr : {"0.1", "0.01"})
    for (const std::string seed : {"1", "2", "3"}) {
      const std::string name = lr + "-" + seed + ".safetensors";
      REQUIRE(run_program({"train", "--layers", "2,3,1", "--data", "points.csv", "--epochs", "5",
                           "--lr", lr, "--seed", seed, "--quiet", "--save", name},
                          folder.path())
                  .status == 0);
      all.push_back(name);
    }
  const ProgramRun run = run_program(all, folder.path());
  INFO(run.output << run.errors);
  CHECK(has(run.output, "lr=0.1: mean of 3"));
  CHECK(has(run.output, "lr=0.01: mean of 3"));
  all.insert(all.end(), {"-o", "page.html"});
  REQUIRE(run_program(all, folder.path()).status == 0);
  const std::string page = read_text(folder.path() / "page.html");
  CHECK(has(page, ">lr=0.01: mean of 3, min … max</text>"));
  CHECK(has(page, "fill-opacity=\"0.18\""));
}

TEST_CASE("compare: what can't be compared", "[cli][compare]") {
  const TemporaryFolder folder;
  for (const std::string count : {"100", "120"}) {
    REQUIRE(run_program({"train", "--layers", "2,2,1", "--data", "circles(" + count + ")", "--test",
                         "0.5", "--epochs", "1", "--quiet", "--save", count + ".safetensors"},
                        folder.path())
                .status == 0);
  }
  const ProgramRun run =
      run_program({"compare", "100.safetensors", "120.safetensors"}, folder.path());
  CHECK(run.status == 2);
  CHECK(has(run.errors,
            "100.safetensors and 120 are judged by different samples (50 test and 60 "
            "test); --data FILE names some for both"));
  CHECK(has(run_program({"compare", "100.safetensors"}, folder.path()).errors,
            "compare wants two models or more"));
  CHECK(
      has(run_program({"compare", folder.path().string(), "100.safetensors"}, folder.path()).errors,
          "there is no model in this folder"));
}

}  // namespace tracer
