// Pictures as files. What they look like was looked at; here: they are there, whole and alone.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "tests/catch.hpp"
#include "tracer/error.hpp"
#include "tracer/view/gnuplot.hpp"

using namespace tracer;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "tracer it's _a_ test-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::set<std::string> names() const {
    std::set<std::string> out;
    for (const auto& entry : fs::directory_iterator(path)) out.insert(entry.path().filename());
    return out;
  }
  fs::path path;
};

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

History history(int epochs) {
  History out;
  for (int i = 1; i <= epochs; ++i) {
    EpochRecord r;
    r.epoch = i;
    r.loss = 2.0 / i;
    r.accuracy = 1 - 0.5 / i;
    r.validation_loss = 2.2 / i;
    out.push_back(r);
  }
  return out;
}

/// Whether the rest of a test can be run; says so where it can't.
bool gnuplot_there() {
  try {
    require_gnuplot();
    return true;
  } catch (const Error&) {
    WARN("skipped: gnuplot is not installed");
    return false;
  }
}

const std::string png_signature = "\x89PNG\r\n\x1a\n";

}  // namespace

TEST_CASE("curves are written as SVG and PNG, and nothing else stays",
          "[view][gnuplot][needs-gnuplot]") {
  if (!gnuplot_there()) return;
  const Folder folder;
  const auto files = Plots(folder.path).curves({{"o'clock_{2}", history(5)}, {"b", history(1)}});
  CHECK(files == Plots::Files{folder.path / "curves.svg", folder.path / "curves.png"});
  CHECK(folder.names() == std::set<std::string>{"curves.png", "curves.svg"});
  CHECK(read(files[1]).substr(0, 8) == png_signature);
  const std::string svg = read(files[0]);
  CHECK(svg.find("</svg>") != std::string::npos);
  CHECK(svg.find("o'clock_{2}, training") != std::string::npos);
}

TEST_CASE("points are written with their classes", "[view][gnuplot][needs-gnuplot]") {
  if (!gnuplot_there()) return;
  const Folder folder;
  PointSet set;
  set.points.resize(2, 4);
  set.points << 0, 1, 2, 3, 5, 4, 7, NAN;
  set.labels = {0, 1, 1, 2};
  set.classes = {"cat", "d'og", "none"};
  const auto files = Plots(folder.path).points(set, "A1, by t-SNE");
  CHECK(files == Plots::Files{folder.path / "embedding.svg", folder.path / "embedding.png"});
  const std::string svg = read(files[0]);
  for (const char* text : {"A1, by t-SNE", "cat", "d'og"})
    CHECK(svg.find(text) != std::string::npos);
  set.points.setConstant(NAN);
  CHECK(Plots(folder.path).points(set, "nothing").empty());
}

TEST_CASE("one run, one epoch, a folder that is not there yet", "[view][gnuplot][needs-gnuplot]") {
  if (!gnuplot_there()) return;
  const Folder folder;
  const Plots plots(folder.path / "a" / "b");
  CHECK(plots.curves({{"a", history(1)}}).size() == 2);
  const std::string before = read(folder.path / "a" / "b" / "curves.svg");
  CHECK(plots.curves({{"a", history(7)}}).size() == 2);  // replaces
  CHECK(read(folder.path / "a" / "b" / "curves.svg") != before);
  CHECK(plots.curves({}).empty());
  CHECK(plots.curves({{"a", {}}}).empty());
}

TEST_CASE("boundary and confusion matrix are written", "[view][gnuplot][needs-gnuplot]") {
  if (!gnuplot_there()) return;
  const Folder folder;
  const Plots plots(folder.path);
  PointSet set;
  set.points.resize(2, 3);
  set.points << 0, 1, 2,  //
      0, 1, 0;
  set.labels = {0, 1, 2};
  set.classes = {"猫", "b & <c>", "d"};
  const Predictor left = [](const Array<float>& points) {
    std::vector<double> said;
    for (Eigen::Index i = 0; i < points.cols(); ++i) said.push_back(points(0, i) > 1 ? 1 : 0);
    return said;
  };
  CHECK(plots.boundary(set, left, Says::classes).size() == 2);
  CHECK(read(folder.path / "boundary.svg").find("b &amp; &lt;c") != std::string::npos);
  CHECK(plots.boundary(set, left, Says::probabilities).size() == 2);
  const Metrics metrics = count_classes({0, 1, 1}, {0, 1, 0}, {"no", "yes"});
  CHECK(plots.confusion(metrics).size() == 2);
  CHECK(plots.confusion(Metrics{}).empty());
  CHECK(folder.names() ==
        std::set<std::string>{"boundary.png", "boundary.svg", "confusion.png", "confusion.svg"});
}

TEST_CASE("without gnuplot the error names the remedy, and old files stay", "[view][gnuplot]") {
  const Folder folder;
  std::ofstream(folder.path / "curves.svg") << "old";
  const char* path = std::getenv("PATH");
  const std::string kept = path == nullptr ? "" : path;
  setenv("PATH", folder.path.c_str(), 1);
  const std::string message =
      "gnuplot is not installed: apt-get install gnuplot-nox; or leave --plot out";
  CHECK_THROWS_WITH(require_gnuplot(), message);
  CHECK_THROWS_WITH(Plots(folder.path).curves({{"a", history(3)}}), message);
  setenv("PATH", kept.c_str(), 1);
  CHECK(folder.names() == std::set<std::string>{"curves.svg"});
  CHECK(read(folder.path / "curves.svg") == "old");
}

TEST_CASE("a gnuplot that fails is quoted, and leaves no files", "[view][gnuplot]") {
  const Folder folder;
  const Folder programs;
  {
    std::ofstream program(programs.path / "gnuplot");
    program << "#!/bin/sh\necho 'set terminal pngcairo' >&2\necho '   ^' >&2\n"
               "echo 'line 9: unknown terminal' >&2\nexit 1\n";
  }
  fs::permissions(programs.path / "gnuplot", fs::perms::owner_all);
  const char* path = std::getenv("PATH");
  const std::string kept = path == nullptr ? "" : path;
  setenv("PATH", programs.path.c_str(), 1);
  CHECK_THROWS_WITH(Plots(folder.path).curves({{"a", history(3)}}),
                    "gnuplot made no curves.svg (exit status 1): line 9: unknown terminal");
  setenv("PATH", kept.c_str(), 1);
  CHECK(folder.names().empty());
}

TEST_CASE("a folder that cannot be made is an error", "[view][gnuplot]") {
  const Folder folder;
  std::ofstream(folder.path / "file") << "x";
  CHECK_THROWS_AS(Plots(folder.path / "file" / "plots").curves({{"a", history(3)}}), Error);
}
