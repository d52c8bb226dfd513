// tracer embed and tracer features, through the built program.
#include <cmath>

#include <nlohmann/json.hpp>

#include "datasets/npz.hpp"
#include "tests/catch.hpp"
#include "tests/cli/train_cases.hpp"
#include "tests/data_folder.hpp"

namespace tracer {
namespace {

// A folder with a model of three clouds in the plane, eight hidden units.
class WithModel {
 public:
  WithModel() {
    write_text(folder_ / "blobs.lesson", lesson);
    const ProgramRun run =
        run_program({"train", "blobs.lesson", "--save", "m.safetensors"}, folder_.path());
    INFO(run.errors);
    REQUIRE(run.status == 0);
  }
  ProgramRun run(const std::vector<std::string>& arguments) const {
    return run_program(arguments, folder_.path());
  }
  ProgramRun embed(const std::vector<std::string>& more) const {
    return run(with({"embed", "m.safetensors", "--iterations", "300"}, more));
  }
  std::filesystem::path path(const std::string& name) const { return folder_ / name; }
  int files() const { return folder_.count(); }

 private:
  static constexpr const char* lesson =
      "# Three clouds\n"
      "data X, Y = blobs(150, centers=3, std=0.5, seed=4)\n"
      "test X, Y = blobs(90, centers=3, std=0.5, seed=4)\n"
      "param W1 = kaiming(8, 2)\nparam b1 = zeros(8, 1)\n"
      "param W2 = xavier(3, 8)\nparam b2 = zeros(3, 1)\n"
      "A1 = relu(W1 @ X + b1)\nP = softmax(W2 @ A1 + b2)\nL = cross_entropy(P, Y)\n"
      "train L with adam(lr=0.05), batch_size=16, epochs=20, shuffle=true, validation=0.2\n";
  TemporaryFolder folder_;
};

void check_fails(const ProgramRun& run, const std::string& says) {
  CHECK(run.status == 2);
  CHECK(run.output.empty());
  INFO(run.errors);
  CHECK(has(run.errors, says));
}

}  // namespace

TEST_CASE("a layer is drawn, judged, and what not to read of it said", "[cli][embed]") {
  const WithModel model;
  const ProgramRun run = model.embed({"--layer", "A1"});
  INFO(run.errors);
  CHECK(run.status == 0);
  CHECK(has(run.output, "A1 of 90 test samples, by t-SNE"));
  CHECK(has(run.output, "8 numbers a sample; perplexity 29.67, 300 iterations, seed 0"));
  CHECK(has(run.output, "KL divergence 0."));
  CHECK(has(run.output, "10-NN accuracy: "));
  CHECK(has(run.output, " in A1, "));
  CHECK(has(run.output, "Distances between clusters, and how large a cluster is, mean"));
  CHECK(has(run.output, "●"));
  CHECK(has(run.errors, "perplexity 30 needs 91 samples or more; with 90 it is 29.67"));
  CHECK(model.embed({"--layer", "A1"}).output == run.output);
  CHECK(model.embed({"--layer", "A1", "--threads", "1"}).output == run.output);
  CHECK(model.embed({"--layer", "A1", "--seed", "1"}).output != run.output);
}

TEST_CASE("several layers are one page with a table of them", "[cli][embed]") {
  const WithModel model;
  const ProgramRun run = model.embed({"--method", "pca", "--layer", "X,A1"});
  INFO(run.output << run.errors);
  REQUIRE(run.status == 0);
  CHECK(has(run.output, "Layers of 90 test samples, by PCA"));
  CHECK(has(run.output, "10-NN accuracy in the picture"));
  CHECK(has(run.output, "X of 90 test samples, by PCA"));
  CHECK(has(run.output, "A1 of 90 test samples, by PCA"));
  const ProgramRun json = model.embed({"--layer", "X,A1", "--format", "json"});
  CHECK(json.status == 2);
  CHECK(has(json.errors, "several layers are a page"));
  CHECK(model.embed({"--layer", "X,A9"}).status == 2);
}

TEST_CASE("components are drawn with the variance that they have", "[cli][embed]") {
  const WithModel model;
  // two features: both components have all of the variance
  const Json plane = Json::parse(model.embed({"--method", "pca", "--format", "json"}).output);
  CHECK(plane["layer"] == "X");
  CHECK(plane["units"] == 2);
  const double both = plane["explained"][0].get<double>() + plane["explained"][1].get<double>();
  CHECK_THAT(both, Catch::Matchers::WithinRel(1.0, 1e-9));
  CHECK(plane["neighbours"]["accuracy_in_layer"] == plane["neighbours"]["accuracy_in_picture"]);
  const ProgramRun page = model.embed({"--method", "pca", "--layer", "A1"});
  CHECK(has(page.output, "A1 of 90 test samples, by PCA"));
  CHECK(has(page.output, "of their variance the components have"));
  CHECK(model.embed({"--method", "pca", "--layer", "X", "--format", "json"}).output ==
        model.embed({"--method", "pca", "--format", "json"}).output);
}

TEST_CASE("the samples are those that were asked for", "[cli][embed]") {
  const WithModel model;
  const auto said = [&](const std::vector<std::string>& more) {
    const ProgramRun run = model.embed(with({"--method", "pca", "--format", "json"}, more));
    INFO(run.errors);
    REQUIRE(run.status == 0);
    return Json::parse(run.output);
  };
  CHECK(said({})["data"] == "test");
  CHECK(said({"--part", "training"})["samples"] == 120);
  CHECK(said({"--part", "validation"})["samples"] == 30);
  const Json first = said({"--part", "training", "--first", "7"});
  CHECK(first["samples"] == 7);
  CHECK(first["points"][6]["sample"] == 7);
  const Json drawn = said({"--part", "training", "--n", "40", "--seed", "3"});
  CHECK(drawn["samples"] == 40);
  CHECK(drawn["points"][39]["sample"] > 40);
  CHECK(said({"--part", "training", "--n", "40", "--seed", "3"}) == drawn);
  CHECK(said({"--part", "training", "--n", "40", "--seed", "4"}) != drawn);
  CHECK(said({"--n", "1000"})["samples"] == 90);
  write_text(model.path("new.csv"), "1,2\n3,4\n5,7\n");
  const Json file = said({"--data", "new.csv"});
  CHECK(file["data"] == "new.csv");
  CHECK(file["samples"] == 3);
  CHECK_FALSE(file.contains("neighbours"));
  CHECK_FALSE(file["points"][0].contains("class"));
}

TEST_CASE("a picture is written as SVG, its points as CSV", "[cli][embed]") {
  const WithModel model;
  const int before = model.files();
  const ProgramRun run = model.embed({"--layer", "A1", "--svg", "a.svg", "--csv", "a.csv"});
  CHECK(run.status == 0);
  CHECK(has(run.output, "A1 of 90"));
  CHECK(model.files() == before + 2);
  const std::string svg = read_text(model.path("a.svg"));
  CHECK(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  CHECK(svg.ends_with("</svg>\n"));
  CHECK(has(svg, "A1 of 90 test samples, by t-SNE</text>"));
  CHECK(has(svg, "mean nothing"));
  const std::vector<std::string> lines = lines_of(read_text(model.path("a.csv")));
  CHECK(lines.size() == 91);
  CHECK(lines[0] == "sample,x,y,class");
  CHECK(lines[1].starts_with("1,"));
  CHECK(model.embed({"--layer", "A1", "-o", "b.svg"}).output.empty());
  CHECK(read_text(model.path("b.svg")) == svg);
  CHECK(model.embed({"--layer", "A1", "--format", "csv"}).output == read_text(model.path("a.csv")));
}

TEST_CASE("a picture is written by gnuplot", "[cli][embed][needs-gnuplot]") {
  const WithModel model;
  const ProgramRun run = model.embed({"--layer", "A1", "--method", "pca", "--plot", "plots"});
  if (has(run.errors, "gnuplot is not installed")) {
    WARN("skipped: gnuplot is not installed");
    return;
  }
  CHECK(run.status == 0);
  CHECK(has(run.errors, "embedding.svg"));
  CHECK(has(read_text(model.path("plots/embedding.svg")), "A1 of 90 test samples, by PCA"));
}

TEST_CASE("what can't be drawn is refused with the reason", "[cli][embed]") {
  const WithModel model;
  check_fails(model.embed({"--layer", "A7"}),
              "has no line called A7; its lines are A1, P, L, and X is what goes in");
  check_fails(model.embed({"--layer", "L"}), "L has no value for each sample");
  check_fails(model.embed({"--first", "3"}), "t-SNE needs 4 samples or more, and there are 3");
  check_fails(model.embed({"--method", "pca", "--first", "1"}), "one sample has no principal");
  check_fails(model.embed({"--method", "umap"}), "--method");
  check_fails(model.embed({"--perplexity", "1"}), "--perplexity");
  check_fails(model.embed({"--first", "3", "--n", "3"}), "--n excludes --first");
  check_fails(model.embed({"--svg", "nowhere/a.svg", "-o", "page.txt"}),
              "nowhere/a.svg can't be written");
  write_text(model.path("same.csv"), "1,2\n1,2\n1,2\n1,2\n1,2\n");
  for (const char* method : {"tsne", "pca"})
    check_fails(model.embed({"--data", "same.csv", "--method", method}),
                "all 5 samples are equal, so there is nothing that a picture could show");
  // numbers so large that what comes of them is none
  write_text(model.path("large.csv"), "3e38,3e38\n1,2\n3,4\n5,6\n3e38,-3e38\n");
  const ProgramRun large = model.embed({"--data", "large.csv", "--layer", "P"});
  CHECK(large.status == 1);
  CHECK(has(large.errors, "is not a number"));
}

TEST_CASE("a layer's values are written as files", "[cli][features]") {
  const WithModel model;
  const auto features = [&](const std::vector<std::string>& more) {
    const ProgramRun run = model.run(with({"features", "m.safetensors"}, more));
    INFO(run.errors);
    REQUIRE(run.status == 0);
    return run;
  };
  const ProgramRun written = features({"--layer", "A1", "-o", "a.npz"});
  CHECK(has(written.errors, "a.npz: A1 of 90 test samples, 8 numbers each"));
  const Npz file(model.path("a.npz"));
  const NpyArray x = file.read("X");
  const NpyArray y = file.read("y");
  CHECK(x.shape == std::vector<std::int64_t>{90, 8});
  CHECK(y.shape == std::vector<std::int64_t>{90});

  // the same numbers as predict has them, sample by sample
  features({"-o", "x.csv"});
  const Json said = Json::parse(
      model.run({"predict", "m.safetensors", "x.csv", "--layer", "A1", "--format", "json"}).output);
  REQUIRE(said["predictions"].size() == 90);
  for (std::size_t k = 0; k < 90; ++k) {
    for (std::size_t unit = 0; unit < 8; ++unit)
      CHECK(x.at(8 * k + unit) == said["predictions"][k]["outputs"][unit].get<double>());
  }
  features({"--layer", "A1", "-o", "a.npy"});
  CHECK(matrix_of<float>(read_npy(model.path("a.npy"))).isApprox(matrix_of<float>(x)));
  const std::vector<std::string> lines = lines_of(features({"--layer", "A1"}).output);
  CHECK(lines.size() == 91);
  CHECK(lines[0] == "A1[0],A1[1],A1[2],A1[3],A1[4],A1[5],A1[6],A1[7],class");
  CHECK(lines[1].ends_with("," + std::to_string(static_cast<int>(y.at(0)))));
  CHECK(features({"--layer", "A1", "--first", "5", "-o", "b.npz"}).status == 0);
  CHECK(Npz(model.path("b.npz")).read("X").shape == std::vector<std::int64_t>{5, 8});
  check_fails(model.run({"features", "m.safetensors", "-o", "a.txt"}),
              "-o a.txt: a file of features ends in .npz, .npy or .csv");
}

TEST_CASE("a lesson is trained on what a layer puts out", "[cli][features]") {
  const WithModel model;
  for (const auto& [file, call] : std::vector<std::pair<std::string, std::string>>{
           {"a.npz", "npz(\"a.npz\")"}, {"a.csv", "csv(\"a.csv\")"}}) {
    CAPTURE(file);
    REQUIRE(
        model.run({"features", "m.safetensors", "--layer", "A1", "--part", "training", "-o", file})
            .status == 0);
    // no hidden layer: only on what the other network has learnt
    write_text(model.path("upon.lesson"),
               "data X, Y = " + call +
                   "\nparam W = xavier(3, 8)\nparam b = zeros(3, 1)\n"
                   "P = softmax(W @ X + b)\nL = cross_entropy(P, Y)\n"
                   "train L with adam(lr=0.1), batch_size=all, epochs=200\n"
                   "expect finally: accuracy >= 0.95\n");
    const ProgramRun run = model.run({"train", "upon.lesson"});
    INFO(run.output + run.errors);
    CHECK(run.status == 0);
  }
}

TEST_CASE("an autoencoder's bottleneck has the classes of the data", "[cli][embed][features]") {
  const TemporaryFolder folder;
  write_text(folder / "auto.lesson",
             "data X, Y = blobs(120, centers=4, features=6, std=0.4)\n"
             "param W1 = xavier(2, 6)\nparam b1 = zeros(2, 1)\n"
             "param W2 = xavier(6, 2)\nparam b2 = zeros(6, 1)\n"
             "H = W1 @ X + b1\nR = W2 @ H + b2\nL = mse(R, X)\n"
             "train L with adam(lr=0.05), batch_size=32, epochs=5\n");
  const ProgramRun trained =
      run_program({"train", "auto.lesson", "--save", "m.safetensors"}, folder.path());
  INFO(trained.errors);
  REQUIRE(trained.status == 0);
  const Json said = Json::parse(
      run_program({"embed", "m.safetensors", "--layer", "H", "--method", "pca", "--format", "json"},
                  folder.path())
          .output);
  CHECK(said["units"] == 2);
  CHECK(said["classes"].size() == 4);
  CHECK(run_program({"features", "m.safetensors", "--layer", "H", "-o", "h.npz"}, folder.path())
            .status == 0);
  CHECK(Npz(folder / "h.npz").read("y").shape == std::vector<std::int64_t>{120});
}

TEST_CASE("digits are drawn so that neighbours are alike", "[cli][embed][needs-mnist]") {
  const auto data = data_folder();
  if (!data) {
    WARN("skipped: no MNIST here");
    return;
  }
  const TemporaryFolder folder;
  REQUIRE(run_program({"train", "--layers", "784,20,10", "--data", "mnist(\"train\", n=2000)",
                       "--epochs", "3", "--lr", "0.1", "--save", "m.safetensors"},
                      folder.path())
              .status == 0);
  const Json said = Json::parse(run_program({"embed", "m.safetensors", "--data", "mnist(\"test\")",
                                             "--first", "1000", "--format", "json"},
                                            folder.path())
                                    .output);
  CHECK(said["units"] == 784);
  CHECK(said["kl_divergence"].get<double>() > 0.5);
  CHECK(said["kl_divergence"].get<double>() < 1.2);
  CHECK(said["neighbours"]["accuracy_in_picture"].get<double>() > 0.8);
}

}  // namespace tracer
