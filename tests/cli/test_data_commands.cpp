// tracer data, eval, predict, completions, through the built program.
#include <cstdio>

#include <nlohmann/json.hpp>

#include "datasets/circles.hpp"
#include "datasets/npz.hpp"
#include "tests/catch.hpp"
#include "tests/data_folder.hpp"
#include "tests/lessons/run_program.hpp"

namespace tracer {
namespace {

using Json = nlohmann::json;

}  // namespace

TEST_CASE("data list names what there is", "[cli][data]") {
  const ProgramRun run = run_program({"data", "list"});
  CHECK(run.status == 0);
  for (const char* name :
       {"mnist", "fashion_mnist", "circles", "moons", "spirals", "xor", "blobs", "linear"}) {
    INFO(name);
    CHECK(has(run.output, name));
  }
  const Json json = Json::parse(run_program({"data", "list", "--format", "json"}).output);
  CHECK(json["schema"] == 1);
  CHECK(json["sets"].size() == 8);
}

TEST_CASE("data make writes the points that a lesson gets", "[cli][data]") {
  const TemporaryFolder folder;
  REQUIRE(run_program({"data", "make", "circles", "--n", "50", "--noise", "0.05", "--factor", "0.4",
                       "--seed", "7", "-o", "c.npz"},
                      folder.path())
              .status == 0);
  const Dataset wanted = circles({.n = 50, .factor = 0.4, .noise = 0.05, .seed = 7});
  const NpyArray x = Npz(folder.path() / "c.npz").read("X");
  CHECK(x.shape == std::vector<std::int64_t>{50, 2});
  CHECK((matrix_of<float>(x) == wanted.features.transpose()).all());
  const NpyArray y = Npz(folder.path() / "c.npz").read("y");
  CHECK(y.shape == std::vector<std::int64_t>{50});
  for (std::size_t k = 0; k < 50; ++k)
    CHECK(y.at(k) == static_cast<double>(wanted.targets(0, static_cast<Eigen::Index>(k))));

  const ProgramRun csv = run_program({"data", "make", "blobs", "--n", "5", "--centers", "3"});
  CHECK(csv.status == 0);
  CHECK(lines_of(csv.output).size() == 6);
  CHECK(lines_of(csv.output).front() == "x1,x2,label");
  CHECK(lines_of(run_program({"data", "make", "linear(3, features=2)"}).output).front() ==
        "x1,x2,y");
}

TEST_CASE("data show draws points and counts classes", "[cli][data]") {
  const ProgramRun run = run_program({"data", "show", "moons"});
  CHECK(run.status == 0);
  CHECK(has(run.output, "moons: 500 samples of 2 features, 2 classes"));
  CHECK(has(run.output, "250"));
  const TemporaryFolder folder;
  write_text(folder.path() / "t.csv", "a,b,c,label\n1,2,3,0\n4,5,6,1\n7,8,9,0\n1,2,3,1\n");
  const ProgramRun table = run_program({"data", "show", "t.csv"}, folder.path());
  CHECK(table.status == 0);
  CHECK(has(table.output, "4 samples of 3 features, 2 classes"));
}

TEST_CASE("wrong uses of data are errors with exit status 2", "[cli][data]") {
  const TemporaryFolder folder;
  const std::string nowhere = (folder.path() / "new").string();
  for (const auto& [words, says] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"show", "mnits"}, "did you mean mnist?"},
           {{"show", "circles(0)"}, "circles"},
           {{"make", "cirles"}, "did you mean circles?"},
           {{"make", "circles", "--noise", "-1"}, "noise"},
           {{"make", "moons", "--factor", "0.5"}, "factor"},
           {{"make", "circles", "-o", "x.png"}, ".csv or .npz"},
           {{"download", "cifar"}, "mnist and fashion_mnist"},
           {{"download"}, "NAME"},
           // nobody listens at this port
           {{"download", "mnist", "--mirror", "http://127.0.0.1:1", "--to", nowhere},
            "127.0.0.1:1"},
           {{"frobnicate"}, "frobnicate"},
       }) {
    INFO(says);
    std::vector<std::string> arguments{"data"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    const ProgramRun run = run_program(arguments);
    INFO(run.errors);
    CHECK(run.status == 2);
    CHECK(run.output.empty());
    CHECK(has(run.errors, says));
  }
}

TEST_CASE("a saved model is evaluated and predicts", "[cli][data]") {
  const TemporaryFolder folder;
  REQUIRE(run_program({"train", "--layers", "2,8,1", "--data",
                       "circles(200, factor=0.4, noise=0.05)", "--lr", "0.05", "--epochs", "30",
                       "--seed", "3", "--test", "0.2", "--quiet", "--save", "m.safetensors"},
                      folder.path())
              .status == 0);
  const ProgramRun eval = run_program({"eval", "m.safetensors"}, folder.path());
  INFO(eval.errors);
  CHECK(eval.status == 0);
  CHECK(has(eval.output, "Test\n"));
  CHECK(has(eval.output, "40 samples"));
  const ProgramRun all = run_program(
      {"eval", "m.safetensors", "--part", "training", "--format", "json"}, folder.path());
  const Json json = Json::parse(all.output);
  CHECK(json["samples"] == 160);
  CHECK(json["accuracy"] == 1.0);
  CHECK(json["confusion"].size() == 2);

  write_text(folder.path() / "p.csv", "x1,x2\n0,0.4\n1,0\n");
  const ProgramRun csv =
      run_program({"predict", "m.safetensors", "p.csv", "--format", "csv"}, folder.path());
  INFO(csv.errors);
  REQUIRE(csv.status == 0);
  const auto lines = lines_of(csv.output);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "sample,class,p_0,p_1");
  CHECK(lines[1].starts_with("1,1,"));  // the inner ring is class 1
  CHECK(lines[2].starts_with("2,0,"));
  const Json predicted = Json::parse(
      run_program({"predict", "m.safetensors", "p.csv", "--format", "json", "--top", "1"},
                  folder.path())
          .output);
  CHECK(predicted["predictions"][0]["class"] == "1");
  CHECK(predicted["predictions"][0]["top"].size() == 1);
  CHECK(predicted["predictions"][0]["top"][0]["probability"].get<double>() > 0.5);

  REQUIRE(run_program({"data", "make", "circles", "--n", "60", "--factor", "0.4", "-o", "more.csv"},
                      folder.path())
              .status == 0);
  const Json more =
      Json::parse(run_program({"eval", "m.safetensors", "--data", "more.csv", "--format", "json"},
                              folder.path())
                      .output);
  CHECK(more["samples"] == 60);
  CHECK(more["accuracy"] == 1.0);
  CHECK(has(run_program({"predict", "m.safetensors", "more.csv"}, folder.path()).output,
            "60 of 60 right"));

  write_text(folder.path() / "wide.csv", "1,2,3,4,0\n1,2,3,4,1\n");
  const ProgramRun wide = run_program({"predict", "m.safetensors", "wide.csv"}, folder.path());
  CHECK(wide.status == 2);
  CHECK(has(wide.errors, "wide.csv"));
  CHECK(run_program({"eval", "nowhere.safetensors"}, folder.path()).status == 2);
  write_text(folder.path() / "broken.safetensors", "not a model");
  const ProgramRun broken = run_program({"eval", "broken.safetensors"}, folder.path());
  CHECK(broken.status == 2);
  CHECK(has(broken.errors, "broken.safetensors"));
}

TEST_CASE("real digits are learnt, shown, evaluated and predicted", "[cli][data][needs-mnist]") {
  const auto data = data_folder();
  if (!data) {
    WARN("skipped: no MNIST here");
    return;
  }
  const TemporaryFolder folder;
  const ProgramRun train = run_program({"train", "--layers", "784,32,10", "--n", "5000", "--epochs",
                                        "5", "--seed", "1", "--save", "digits.safetensors"},
                                       folder.path());
  INFO(train.errors);
  REQUIRE(train.status == 0);
  CHECK(has(train.output, "5,000 training samples, 10,000 test"));
  CHECK(has(train.output, "Most often confused"));
  CHECK(has(train.output, "true "));
  const ProgramRun eval =
      run_program({"eval", "digits.safetensors", "--format", "json"}, folder.path());
  INFO(eval.errors);
  CHECK(Json::parse(eval.output)["accuracy"].get<double>() > 0.85);
  const auto images = *data / "mnist" / "t10k-images-idx3-ubyte.gz";
  const ProgramRun predict = run_program(
      {"predict", "digits.safetensors", images.string(), "--format", "csv"}, folder.path());
  INFO(predict.errors);
  CHECK(predict.status == 0);
  CHECK(lines_of(predict.output).size() == 10001);
  CHECK(has(run_program({"data", "show", "mnist", "--n", "3"}).output, "60,000 samples of 784"));
}

TEST_CASE("completions name every command", "[cli]") {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const ProgramRun run = run_program({"completions", shell});
    CHECK(run.status == 0);
    for (const char* word : {"derive", "train", "predict", "embed", "features", "early-stopping"}) {
      INFO(word);
      CHECK(has(run.output, word));
    }
  }
}

TEST_CASE("completions are read by bash", "[cli][needs-bash]") {
  const TemporaryFolder folder;
  write_text(folder.path() / "c.bash",
             run_program({"completions", "bash"}).output +
                 "COMP_WORDS=(tracer train --early); COMP_CWORD=2; _tracer; echo \"$COMPREPLY\"\n");
  std::FILE* pipe = popen(("bash " + (folder.path() / "c.bash").string()).c_str(), "r");
  REQUIRE(pipe != nullptr);
  char line[200] = {};
  const bool read = std::fgets(line, sizeof line, pipe) != nullptr;
  pclose(pipe);
  if (!read) {
    WARN("skipped: there is no bash here");
    return;
  }
  CHECK(std::string(line) == "--early-stopping\n");
}

TEST_CASE("help of the new commands names examples", "[cli]") {
  for (const char* command :
       {"train", "eval", "predict", "embed", "features", "data", "completions"}) {
    INFO(command);
    const ProgramRun run = run_program({command, "--help"});
    CHECK(run.status == 0);
    CHECK(has(run.output, "Example"));
    CHECK(run_program({"help", command}).output == run.output);
  }
  CHECK(has(run_program({"data", "make", "--help"}).output, "tracer data make circles"));
  CHECK(run_program({"help", "data", "make"}).output ==
        run_program({"data", "make", "--help"}).output);
}

}  // namespace tracer
