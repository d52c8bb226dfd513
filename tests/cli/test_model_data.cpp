// A saved model and other files: classes belong to it by name, columns by their header.
#include <cmath>

#include <nlohmann/json.hpp>

#include "datasets/npz.hpp"
#include "tests/catch.hpp"
#include "tests/cli/train_cases.hpp"
#include "tracer/train/safetensors.hpp"

namespace tracer {
namespace {

// A folder in which a model has been trained on a file.
class Trained {
 public:
  Trained(const std::string& csv, const std::vector<std::string>& flags,
          const std::string& data = "train.csv") {
    write_text(folder_.path() / "train.csv", csv);
    std::vector<std::string> arguments{"train",    "--data", data,     "--lr",         "0.1",
                                       "--epochs", "200",    "--save", "m.safetensors"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    training = run_program(arguments, folder_.path());
    INFO(training.errors);
    REQUIRE(training.status == 0);
  }

  ProgramRun run(const std::vector<std::string>& arguments) const {
    return run_program(arguments, folder_.path());
  }
  /// Of eval, or predict, on a file of this text.
  ProgramRun asked(const std::string& command, const std::string& csv) const {
    write_text(folder_.path() / "new.csv", csv);
    if (command == "eval")
      return run({"eval", "m.safetensors", "--data", "new.csv", "--format", "json"});
    return run({command, "m.safetensors", "new.csv", "--format", "json"});
  }
  double accuracy(const std::string& csv) const {
    const ProgramRun made = asked("eval", csv);
    INFO(made.errors);
    REQUIRE(made.status == 0);
    return Json::parse(made.output)["accuracy"].get<double>();
  }
  std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }

  ProgramRun training;

 private:
  TemporaryFolder folder_;
};

std::string times(const std::string& lines, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += lines;
  return text;
}

}  // namespace

TEST_CASE("classes of another file are the model's, by name", "[cli][data]") {
  SECTION("texts") {
    const Trained model("x,class\n" + times("0,no\n1,yes\n", 20), {"--layers", "1,4,1"});
    CHECK(model.accuracy("x,class\n1,yes\n1,yes\n") == 1);
    CHECK(model.accuracy("x,class\n0,no\n0,no\n") == 1);
    CHECK(model.accuracy("x,class\n0,yes\n1,no\n1,no\n") == 0);
    const Json said = Json::parse(model.asked("predict", "x,class\n1,yes\n0,yes\n").output);
    CHECK(said["predictions"][0]["class"] == "yes");
    CHECK(said["predictions"][1]["class"] == "no");
    CHECK(said["predictions"][1]["true"] == "yes");
    for (const char* command : {"eval", "predict"}) {
      const ProgramRun run = model.asked(command, "x,class\n1,yes\n0,maybe\n");
      CHECK(run.status == 2);
      CHECK(run.output.empty());
      CHECK(has(run.errors,
                "new.csv:3: column 2 (class): label 'maybe' is no class of the training data (no, "
                "yes)"));
    }
  }
  SECTION("numbers, of which some are not there") {
    const Trained model("x,class\n" + times("0,1\n1,2\n2,3\n", 20), {"--layers", "1,8,3"});
    CHECK(model.accuracy("x,class\n" + times("0,1\n1,2\n", 3)) == 1);
    CHECK(model.accuracy("x,class\n1,2\n2,3\n2,3\n") == 1);
    CHECK(model.accuracy("x,class\n2,3.0\n") == 1);
    CHECK(has(model.asked("eval", "x,class\n1,2\n2,0\n").errors,
              "new.csv:3: column 2 (class): label '0' is no class of the training data (1, 2, 3)"));
  }
  SECTION("numbers that are no count: the last layer has a unit for each") {
    const Trained model("x,class\n" + times("0,3\n1,5\n2,8\n", 20), {"--layers", "1,8,3"});
    CHECK(has(model.training.output, "label class (column 2): 3 classes, 3, 5, 8"));
    CHECK(model.accuracy("x,class\n2,8\n0,3\n") == 1);
  }
  SECTION("two numbers and a loss of classes") {
    const Trained model("x,class\n" + times("0,2\n1,4\n", 20),
                        {"--layers", "1,4,1", "--loss", "bce"});
    CHECK(model.accuracy("x,class\n1,4\n") == 1);
  }
}

TEST_CASE("the test statement's classes are those of the data", "[cli][data]") {
  const TemporaryFolder folder;
  write_text(folder.path() / "a.csv", "x,kind\n" + times("0,a\n1,b\n2,c\n", 20));
  write_text(folder.path() / "b.csv", "kind,x\nc,2\nb,1\n");
  const std::string lesson =
      "param W1 = kaiming(8, 1)\nparam b1 = zeros(8, 1)\nparam W2 = xavier(3, 8)\n"
      "param b2 = zeros(3, 1)\ndata X, Y = csv(\"a.csv\")\ntest X, Y = csv(\"b.csv\")\n"
      "A = relu(W1 @ X + b1)\nP = softmax(W2 @ A + b2)\nL = cross_entropy(P, Y)\n"
      "train L with adam(lr=0.1), batch_size=all, epochs=200\n"
      "expect finally: accuracy >= 1 on test\n";
  write_text(folder.path() / "t.lesson", lesson);
  const ProgramRun run = run_program({"train", "t.lesson"}, folder.path());
  INFO(run.errors);
  CHECK(run.status == 0);
  CHECK(has(run.errors, "matched by name"));
  CHECK(has(run.output, "a.csv: label kind (column 2): 3 classes, a, b, c; features x\n"));
  write_text(folder.path() / "b.csv", "kind,x\nd,2\n");
  const ProgramRun wrong = run_program({"train", "t.lesson"}, folder.path());
  CHECK(wrong.status == 2);
  CHECK(has(wrong.errors, "b.csv:2: column 1 (kind): label 'd' is no class"));
}

TEST_CASE("two classes may have a softmax, and labels that are no count", "[cli][data]") {
  const TemporaryFolder folder;
  write_text(folder.path() / "a.csv", "x,y\n" + times("0,2\n1,4\n", 20));
  write_text(folder.path() / "t.lesson",
             "param W = xavier(2, 1)\nparam b = zeros(2, 1)\ndata X, Y = csv(\"a.csv\")\n"
             "P = softmax(W @ X + b)\nL = cross_entropy(P, Y)\n"
             "train L with adam(lr=0.5), batch_size=all, epochs=100\n"
             "expect finally: accuracy >= 1\n");
  const ProgramRun run = run_program({"train", "t.lesson"}, folder.path());
  INFO(run.errors);
  CHECK(run.status == 0);
  CHECK(has(run.output, "label y (column 2): 2 classes, 2, 4"));
}

TEST_CASE("columns of another file are the model's, by their header", "[cli][data]") {
  // b decides, a is noise
  const Trained model("a,b,class\n" + times("5,0,u\n3,1,v\n3,0,u\n5,1,v\n", 10),
                      {"--layers", "2,8,1"});
  CHECK(has(model.training.output,
            "train.csv: label class (column 3): 2 classes, u, v; features a, b\n"));
  CHECK(model.accuracy("class,b,a\nv,1,5\nu,0,5\nu,0,3\n") == 1);
  const ProgramRun turned = model.asked("eval", "class,b,a\nv,1,5\nu,0,5\n");
  CHECK(has(turned.errors, "new.csv: its columns stand in another order"));
  const ProgramRun lacks = model.asked("predict", "a,c\n5,1\n");
  CHECK(lacks.status == 2);
  CHECK(has(lacks.errors,
            "new.csv: there is no column called b, which the training data have; its columns are "
            "a, c"));
  const ProgramRun unlabelled = model.asked("eval", "a,b\n5,1\n");
  CHECK(unlabelled.status == 2);
  CHECK(has(unlabelled.errors, "new.csv: there is no column called class"));
  CHECK(Json::parse(model.asked("predict", "b,a\n1,5\n").output)["predictions"][0]["class"] == "v");
}

TEST_CASE("a mean takes the place of what is missing, in the model's other files too",
          "[cli][data]") {
  const Trained model(times("0,1,no\n10,,yes\n,3,no\n11,5,yes\n", 5), {"--layers", "2,1"},
                      "csv(\"train.csv\", missing=\"mean\")");
  const auto said = [&](const std::string& csv) {
    return Json::parse(model.asked("predict", csv).output)["predictions"][0]["top"];
  };
  CHECK(said(",3\n") == said("7,3\n"));  // (0 + 10 + 11)/3
  CHECK(said("1,\n") == said("1,3\n"));
  CHECK(said("1,\n") != said("2,\n"));
}

TEST_CASE("a model tells what a line puts out, of several files and of standard input",
          "[cli][data]") {
  const Trained model(times("0,no\n1,yes\n", 4), {"--layers", "1,3,1"});
  write_text(model.path("one.csv"), "0\n");
  write_text(model.path("two.csv"), "1\n2\n");
  const auto outputs = [&](const std::vector<std::string>& more) {
    const ProgramRun run = model.run(with({"predict", "m.safetensors"}, more));
    INFO(run.errors);
    REQUIRE(run.status == 0);
    return Json::parse(run.output)["predictions"];
  };
  const Json z = outputs({"one.csv", "two.csv", "--layer", "Z1", "--format", "json"});
  const Json a = outputs({"one.csv", "two.csv", "--layer", "A1", "--format", "json"});
  REQUIRE(a.size() == 3);
  for (std::size_t k = 0; k < 3; ++k) {
    REQUIRE(a[k]["outputs"].size() == 3);
    for (std::size_t unit = 0; unit < 3; ++unit)
      CHECK(a[k]["outputs"][unit] == std::max(0.0, z[k]["outputs"][unit].get<double>()));
  }
  const ProgramRun none = model.run({"predict", "m.safetensors", "one.csv", "--layer", "A9"});
  CHECK(none.status == 2);
  CHECK(has(none.errors, "has no line called A9; its lines are Z1, A1, Z2, P, L"));
  CHECK(has(model.run({"predict", "m.safetensors", "-"}).errors, "/dev/stdin: is empty"));
}

TEST_CASE("eval has the confusion matrix in shares", "[cli][data]") {
  const Trained model(times("0,no\n1,yes\n", 4), {"--layers", "1,1"});
  const ProgramRun run = model.asked("eval", "0,no\n1,no\n1,no\n0,no\n1,yes\n");
  CHECK(Json::parse(run.output)["confusion_shares"] == Json{{0.5, 0.5}, {0.0, 1.0}});
  CHECK(has(model.run({"eval", "m.safetensors", "--data", "new.csv", "--shares"}).output,
            "no     50"));
  CHECK(has(model.run({"eval", "m.safetensors", "--data", "new.csv", "--confusion", "rows"}).output,
            "no     50"));
  const ProgramRun columns =
      model.run({"eval", "m.safetensors", "--data", "new.csv", "--confusion", "columns"});
  CHECK(has(columns.output, "no    100"));
  CHECK(has(columns.output, "% of the column"));
}

TEST_CASE("eval has a page for a browser: tables, curves and the matrix as drawings",
          "[cli][data]") {
  const Trained model(times("0,no\n1,yes\n", 4), {"--layers", "1,1"});
  write_text(model.path("new.csv"), "0,no\n1,no\n1,no\n0,no\n1,yes\n");
  const ProgramRun run =
      model.run({"eval", "m.safetensors", "--data", "new.csv", "-o", "page.html"});
  INFO(run.output << run.errors);
  CHECK(run.status == 0);
  CHECK(run.output.empty());
  const std::string page = read_text(model.path("page.html"));
  for (const char* text :
       {"<td class=\"\">weighted avg</td>", "<title>precision and recall</title>",
        "<title>ROC</title>", "<title>new.csv samples</title>", "Wrong, and most sure of it"})
    CHECK(has(page, text));
  CHECK_FALSE(has(page, "style=\""));
}

TEST_CASE("a model that holds NaN says nothing", "[cli][data]") {
  const Trained model("x,class\n" + times("0,no\n1,yes\n", 5), {"--layers", "1,2,1"});
  Model broken = load_model(model.path("m.safetensors"));
  std::get<Array<float>>(broken.parameters.at("W1"))(1, 0) = std::nanf("");
  save_model(model.path("m.safetensors"), broken);
  for (const char* command : {"eval", "predict"}) {
    const ProgramRun run = model.asked(command, "x,class\n1,yes\n");
    CHECK(run.status == 1);
    CHECK(run.output.empty());
    CHECK(run.errors ==
          "tracer: m.safetensors: W1 holds NaN or infinity in 1 of its 2 entries, so it can say "
          "nothing; train it anew, with a smaller lr\n");
  }
}

TEST_CASE("one byte of a model that is another is refused", "[cli][data]") {
  const Trained model("x,class\n" + times("0,no\n1,yes\n", 5), {"--layers", "1,2,1"});
  std::string bytes = read_text(model.path("m.safetensors"));
  bytes[bytes.size() - 3] = static_cast<char>(bytes[bytes.size() - 3] ^ 4);
  write_text(model.path("m.safetensors"), bytes);
  const ProgramRun run = model.asked("predict", "x,class\n1,yes\n");
  CHECK(run.status == 2);
  CHECK(run.output.empty());
  CHECK(has(run.errors, "it is not as it was written"));
}

TEST_CASE("features of far different scales are told of, and --normalise mends it", "[cli][data]") {
  const std::string csv = "thin,wide,class\n" + times("0,900,u\n1,-700,v\n0,-800,u\n1,750,v\n", 10);
  const Trained model(csv, {"--layers", "2,4,1"});
  CHECK(has(model.training.errors, "wide varies 1,"));
  CHECK(has(model.training.errors, " times as much as thin: normalise=\"standard\""));
  const Trained scaled(csv,
                       {"--layers", "2,4,1", "--normalise", "standard", "--validation", "0.2"});
  CHECK(scaled.training.errors.empty());
  CHECK(scaled.accuracy("wide,thin,class\n900,0,u\n-700,1,v\n") == 1);
}

TEST_CASE("a model knows the values of its one-hot columns", "[cli][data]") {
  const std::string lesson =
      "param W = zeros(1, 4)\ndata X, Y = csv(\"a.csv\", label=\"kind\", one_hot=true)\n"
      "validation X, Y = csv(\"b.csv\")\nP = sigmoid(W @ X)\nL = bce(P, Y)\n"
      "train L with adam(lr=0.2), batch_size=all, epochs=100\n";
  const TemporaryFolder folder;
  write_text(folder.path() / "a.csv",
             "colour,x,kind\n" + times("red,0.5,u\nblue,0.5,v\ngreen,0.25,u\n", 10));
  write_text(folder.path() / "b.csv", "x,kind,colour\n0.5,v,blue\n");
  write_text(folder.path() / "t.lesson", lesson);
  const auto run = [&](const std::vector<std::string>& arguments) {
    return run_program(arguments, folder.path());
  };
  const ProgramRun trained = run({"train", "t.lesson", "--save", "m.safetensors"});
  INFO(trained.errors);
  REQUIRE(trained.status == 0);
  CHECK(has(trained.output, "30 training samples, 1 validation; 4 parameters"));
  CHECK(has(trained.output, "4 features of 2 columns, colour (3 values), x"));
  CHECK(has(trained.output, "val accuracy 100.0 %"));
  write_text(folder.path() / "new.csv", "colour,x\ngreen,0.5\nblue,0.5\nred,0.5\n");
  const Json said =
      Json::parse(run({"predict", "m.safetensors", "new.csv", "--format", "json"}).output);
  CHECK(said["predictions"][0]["class"] == "u");
  CHECK(said["predictions"][1]["class"] == "v");
  write_text(folder.path() / "new.csv", "colour,x\npink,0.5\n");
  const ProgramRun unknown = run({"predict", "m.safetensors", "new.csv"});
  CHECK(unknown.status == 2);
  CHECK(
      has(unknown.errors, "'pink' is none of the values in the training data (blue, green, red)"));
  const ProgramRun judged = run({"eval", "m.safetensors", "--lesson-data", "--format", "json"});
  CHECK(Json::parse(judged.output)["data"] == "validation");
}

TEST_CASE("a training begins with its lines and their parameters", "[cli][train]") {
  const TemporaryFolder folder;
  const ProgramRun run =
      run_program({"train", "--layers", "2,3,1", "--data", "moons", "--epochs", "1", "--n", "40"},
                  folder.path());
  CHECK(run.status == 0);
  CHECK(has(run.output, "Z1 = W1 @ X + b1   3×m    W1 3×2, b1 3×1      9"));
  CHECK(has(run.output, "L = bce(P, Y)"));
  CHECK(!has(run_program({"train", "--layers", "2,3,1", "--data", "moons", "--epochs", "1", "-q"},
                         folder.path())
                 .output,
             "W1 3×2"));
}

TEST_CASE("a class that is rare is learnt where it has weight", "[cli][train]") {
  // 2 of 60 points of one feature: without weights all are called the frequent one
  const std::string csv =
      "x,class\n" + times("0,no\n0.25,no\n0.5,no\n1,no\n", 14) + times("0.5,yes\n1,yes\n", 2);
  for (const std::string layers : {"1,1", "1,2,1"}) {
    const Trained plain(csv, {"--layers", layers});
    const Trained weighted(csv, {"--layers", layers, "--class-weights", "balanced"});
    const std::string rare = "x,class\n1,yes\n";
    CHECK(plain.accuracy(rare) == 0);
    CHECK(weighted.accuracy(rare) == 1);
  }
}

TEST_CASE("what has learnt nothing is told so", "[cli][train]") {
  const TemporaryFolder folder;
  write_text(folder.path() / "zeros.lesson",
             "param W1 = zeros(3, 2)\nparam W2 = zeros(1, 3)\nparam b = zeros(1, 1)\n"
             "data X, Y = xor(40, noise=0)\nA = tanh(W1 @ X)\nP = sigmoid(W2 @ A + b)\n"
             "L = bce(P, Y)\ntrain L with sgd(lr=0.1), batch_size=all, epochs=3\n");
  const ProgramRun run = run_program({"train", "zeros.lesson"}, folder.path());
  CHECK(run.status == 0);
  CHECK(has(run.output, "no better than saying "));
  CHECK(has(run.output, "all rows of W1 are equal, and will stay so"));
}

TEST_CASE("help of one optimiser has its settings", "[cli]") {
  const ProgramRun adam = run_program({"help", "optimizers", "adam"});
  CHECK(adam.status == 0);
  CHECK(adam.output.starts_with("adam "));
  CHECK(has(adam.output, "lr=0.001"));
  CHECK_FALSE(has(adam.output, "rmsprop"));
  CHECK(has(run_program({"help", "optimizers", "adm"}).errors, "did you mean adam?"));
}

TEST_CASE("the lesson of a saved model opens no file that is not named", "[cli][data]") {
  const Trained model("x,class\n" + times("0,no\n1,yes\n", 20), {"--layers", "1,4,1"});
  const ProgramRun refused = model.run({"eval", "m.safetensors"});
  CHECK(refused.status == 2);
  CHECK(has(refused.errors,
            "the lesson of a saved model opens no files, and this one names train.csv"));
  CHECK(has(refused.errors, "--lesson-data"));
  CHECK(model.run({"eval", "m.safetensors", "--lesson-data"}).status == 0);
  CHECK(model.run({"eval", "m.safetensors", "--data", "train.csv"}).status == 0);
  SECTION("weights that came from an .npz are in the model") {
    const std::string lesson =
        "param w = npz(\"start.npz\", \"w\")\ndata x, y in (1, 2), (2, 4)\nL = mse(w*x, y)\n"
        "train L with sgd(lr=0.1), batch_size=1, epochs=2\n";
    write_npz(model.path("start.npz"),
              {{"w", npy_array(Array<float>(Array<float>::Constant(1, 1, 0.5F)))}});
    write_text(model.path("w.lesson"), lesson);
    CHECK(model.run({"train", "w.lesson", "--save", "w.safetensors"}).status == 0);
    std::filesystem::remove(model.path("start.npz"));
    const ProgramRun evaluated = model.run({"eval", "w.safetensors", "--part", "training"});
    INFO(evaluated.errors);
    CHECK(evaluated.status == 0);
  }
}

}  // namespace tracer
