// Data sets that a lesson calls by name: generators, files of every kind, normalisation, leaves
// from files.
#include <fmt/format.h>

#include <cmath>

#include "datasets/gzip.hpp"
#include "datasets/npy.hpp"
#include "datasets/npz.hpp"
#include "tests/catch.hpp"
#include "tests/data_folder.hpp"
#include "tests/datasets/files.hpp"
#include "tests/language/elaborated.hpp"
#include "tests/lessons/run_program.hpp"
#include "tracer/language/parts.hpp"

using namespace tracer;

namespace {

const std::string rest = "\nparam w = 1\nL = w*sum(X)\ngrad L";

std::string numbers(const LeafValue& value) { return text_of(exact_value(value)); }

Samples read(const std::string& statement) { return lesson(statement + rest).data.value(); }

// a lesson that lies in a folder, and so do its files
Program lesson_in(const TemporaryFolder& folder, const std::string& text) {
  return load_program(Source((folder.path() / "test.lesson").string(), text));
}
Samples read_in(const TemporaryFolder& folder, const std::string& statement) {
  return lesson_in(folder, statement + rest).data.value();
}
std::string mistake_in(const TemporaryFolder& folder, const std::string& statement) {
  try {
    lesson_in(folder, statement + rest);
    return "";
  } catch (const LessonError& error) {
    const Diagnostic& first = error.errors.at(0);
    return first.remedy.empty() ? first.message : first.message + "\n" + first.remedy;
  }
}

Array<float> matrix(std::initializer_list<std::initializer_list<float>> rows) {
  Array<float> made(static_cast<Eigen::Index>(rows.size()),
                    static_cast<Eigen::Index>(rows.begin()->size()));
  Eigen::Index i = 0;
  for (const auto& row : rows) {
    Eigen::Index j = 0;
    for (const float entry : row) made(i, j++) = entry;
    ++i;
  }
  return made;
}

const Array<float>& floats(const LeafValue& value) { return std::get<Array<float>>(value); }

}  // namespace

TEST_CASE("data: every generator gives its samples in columns", "[elaborate][data]") {
  struct Case {
    std::string call;
    int features, targets, count;
    std::size_t classes;
  };
  for (const Case& c : std::vector<Case>{
           {"circles(20, factor=0.4, noise=0.05)", 2, 1, 20, 2},
           {"moons(20, noise=0.1)", 2, 1, 20, 2},
           {"spirals(30, arms=3, turns=1.5)", 2, 3, 30, 3},
           {"spirals(30)", 2, 1, 30, 2},
           {"xor(12, noise=0)", 2, 1, 12, 2},
           {"blobs(12, centers=4, features=3, std=0.5)", 3, 4, 12, 4},
           {"make_blobs(n_samples=12, centers=2, cluster_std=1, random_state=3)", 2, 1, 12, 2},
           {"linear(7, features=3, targets=2, bias=1)", 3, 2, 7, 0},
           {"moons()", 2, 1, 100, 2}}) {
    CAPTURE(c.call);
    const Samples columns = read("data X, Y = " + c.call);
    CHECK(columns.count == c.count);
    CHECK(floats(columns.values[0]).rows() == c.features);
    CHECK(floats(columns.values[0]).cols() == c.count);
    CHECK(floats(columns.values[1]).rows() == c.targets);
    CHECK(columns.classes.size() == c.classes);
    const Samples rows = read("data X, Y = " + c.call + ", samples=\"rows\"");
    CHECK(rows.rows);
    CHECK((floats(rows.values[0]).transpose() == floats(columns.values[0])).all());
    CHECK((floats(rows.values[1]).transpose() == floats(columns.values[1])).all());
    // one name alone: the features, and they are the same
    const Samples alone = read("data X = " + c.call);
    CHECK(alone.names.size() == 1);
    CHECK((floats(alone.values[0]) == floats(columns.values[0])).all());
  }
}

TEST_CASE("data: test samples are others than the training samples, under the same seed",
          "[elaborate][data]") {
  const std::string call = "moons(50, noise=0.2)";
  const Program program = lesson("data X, Y = " + call + "\ntest X, Y = " + call + rest);
  CHECK(!(floats(program.data->values[0]) == floats(program.test->values[0])).any());
  const Program again = lesson("data X, Y = " + call + "\ntest X, Y = " + call + rest);
  CHECK((floats(program.test->values[0]) == floats(again.test->values[0])).all());
  const Program other = lesson("seed 1\ndata X, Y = " + call + rest);
  CHECK(!(floats(program.data->values[0]) == floats(other.data->values[0])).any());
  const Program seeded = lesson("data X, Y = moons(50, noise=0.2, seed=1)" + rest);
  CHECK((floats(seeded.data->values[0]) == floats(other.data->values[0])).all());
}

TEST_CASE("data: a call that can't be is answered with its place", "[elaborate][data]") {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"data X, Y = mons(10)", "there is no data set called mons\ndid you mean moons?"},
      {"data X, Y = moons(10, nosie=1)", "there is no option nosie here\ndid you mean noise?"},
      {"data X, Y = moons(0)", "n must be at least 1, not 0"},
      {"data X, Y = moons(10, 0.1)", "moons takes at most 1 value without a name\nwrite noise=..."},
      {"data X, Y = moons(10, n=10)", "n is given twice"},
      {"data X, Y = moons(10, noise=-1)", "noise is -1\nit must be at least 0"},
      {"data X, Y = blobs(10, low=1, high=0)",
       "the box of the centres has its low above its high\nlow must not be above high"},
      {"data X, Y = spirals(10, arms=1)", "arms must be at least 2, not 1"},
      {"data X, Y = moons(99999999)", "moons makes at most 10 million points"},
      {"data X, Y = moons(10, normalise=\"zscore\")",
       "there is no such normalisation\nwrite normalise=\"standard\" (mean 0, deviation 1), "
       "\"minmax\" (0 to 1) or \"none\""},
      {"data X, Y = csv()", "csv needs a file\nwrite csv(\"...\")"},
      {"data X, Y = csv(3)", "file is a text\nwrite it in quotes: \"...\""},
  };
  for (const auto& [line, says] : cases) {
    CAPTURE(line);
    CHECK(mistake(line + rest) == says);
  }
}

TEST_CASE("data: csv files lie beside the lesson", "[elaborate][data]") {
  const TemporaryFolder folder;
  write_text(folder.path() / "points.csv",
             "x1,x2,kind\n1,2,0\n3,4,1\n5,6,2\n7,8,0\n9,10,1\n0,0,2\n");
  const Samples found =
      read_in(folder, "data X, Y = csv(\"points.csv\", label=\"kind\", classes=3)");
  CHECK(found.count == 6);
  CHECK(numbers(found.values[0]) == "[[1, 3, 5, 7, 9, 0], [2, 4, 6, 8, 10, 0]]");
  CHECK(numbers(found.values[1]) == "[[1, 0, 0, 1, 0, 0], [0, 1, 0, 0, 1, 0], [0, 0, 1, 0, 0, 1]]");
  CHECK(found.classes == std::vector<std::string>{"0", "1", "2"});
  CHECK(!found.source.empty());
  // other columns, fewer samples, another scale, rows
  CHECK(numbers(read_in(folder, "data X, Y = csv(\"points.csv\", label=0, classes=0, n=2)")
                    .values[1]) == "[[1, 3]]");
  CHECK(numbers(
            read_in(folder, "data X, Y = csv(\"points.csv\", label=-1, scale=2, n=2)").values[0]) ==
        "[[1/2, 3/2], [1, 2]]");
  CHECK(numbers(read_in(folder, "data X = csv(\"points.csv\", n=2)").values[0]) ==
        "[[1, 3], [2, 4], [0, 1]]");
  CHECK(numbers(read_in(folder, "data X, Y = csv(\"points.csv\", label=-1, n=2, samples=\"rows\")")
                    .values[0]) == "[[1, 2], [3, 4]]");
  const std::string missing = mistake_in(folder, "data X, Y = csv(\"pionts.csv\")");
  CHECK(missing.find("pionts.csv") != std::string::npos);
  write_text(folder.path() / "bad.csv", "1,2\n3,x\n");
  const std::string bad = mistake_in(folder, "data X, Y = csv(\"bad.csv\", label=0)");
  CHECK(bad.find("bad.csv:2") != std::string::npos);
}

TEST_CASE("data: a normalisation is measured on the samples that are trained on alone",
          "[elaborate][data]") {
  const auto loaded = [](const std::string& how, const std::string& train) {
    return lesson("param w = [[1, 2]]\ndata X, y = moons(40, noise=0.3" + how + ")\n" +
                  "test X, y = moons(10, seed=3)\nz = w @ X\nL = mse(z, y)\n" + train + "\n");
  };
  const auto features = [](const std::optional<Samples>& samples) {
    return std::get<Array<float>>(samples->values[0]);
  };
  for (const std::string held : {"", ", validation=0.2", ", validation=0.2, stratify=false"}) {
    CAPTURE(held);
    const std::string line = "train L with sgd(lr=0.1)" + held;
    const Program raw = loaded("", line);
    const Program made = loaded(", normalise=\"standard\"", line);
    const Scaling by_hand = standard_scaling(features(raw.data), parts_of(raw).train);
    REQUIRE(made.data->scaling);
    CHECK((made.data->scaling->shift == by_hand.shift).all());
    CHECK((made.data->scaling->factor == by_hand.factor).all());
    Array<float> scaled = features(raw.data);
    scale(scaled, by_hand);
    CHECK((features(made.data) == scaled).all());
    Array<float> test = features(raw.test);
    scale(test, by_hand);
    CHECK((features(made.test) == test).all());
    CHECK(parts_of(raw).train.size() == (held.empty() ? 0 : 32));
  }
}

TEST_CASE("data: test data are normalised with the training data's numbers", "[elaborate][data]") {
  const TemporaryFolder folder;
  write_text(folder.path() / "train.csv", "1,10,0\n3,10,1\n1,10,0\n3,10,1\n");
  write_text(folder.path() / "test.csv", "5,12,1\n2,10,0\n");
  const auto loaded = [&](const std::string& how) {
    return lesson_in(folder, "data X, Y = csv(\"train.csv\", label=-1, " + how +
                                 ")\ntest X, Y = csv(\"test.csv\", label=-1, classes=2)" + rest);
  };
  // mean 2 and deviation 1; a constant feature becomes 0
  const Program standard = loaded("normalise=\"standard\"");
  CHECK(numbers(standard.data->values[0]) == "[[-1, 1, -1, 1], [0, 0, 0, 0]]");
  CHECK(floats(standard.test->values[0])(0, 0) == 3);
  CHECK(floats(standard.test->values[0])(0, 1) == 0);
  REQUIRE(standard.data->scaling);
  CHECK((standard.test->scaling->shift == standard.data->scaling->shift).all());
  const Program minmax = loaded("normalise=\"minmax\"");
  CHECK(numbers(minmax.data->values[0]) == "[[0, 1, 0, 1], [0, 0, 0, 0]]");
  CHECK(floats(minmax.test->values[0])(0, 0) == 2);
  CHECK(!loaded("normalise=\"none\"").data->scaling);
  CHECK(mistake_in(folder,
                   "data X, Y = csv(\"train.csv\", label=-1)\n"
                   "test X, Y = csv(\"test.csv\", label=-1, classes=2, "
                   "normalise=\"standard\")") ==
        "test data are normalised as the data are: not at all\n"
        "say it in the data line alone: test data get the same numbers");
  CHECK(mistake_in(folder,
                   "data X, Y = csv(\"train.csv\", label=-1), normalize=\"standard\"\n"
                   "test X, Y in ([1, 2], 0)") ==
        "the data are normalised, and test data written out are not\n"
        "read them from a file, or leave normalise out");
}

TEST_CASE("data: the mean in place of what is missing is that of what is trained on",
          "[elaborate][data]") {
  const TemporaryFolder folder;
  std::string csv = "x,colour,y\n";
  for (int k = 0; k < 12; ++k)
    csv += fmt::format("{},{},{}\n", k % 5 == 1 ? "" : fmt::to_string(k * k),
                       k % 4 == 2   ? ""
                       : k % 4 == 0 ? "red"
                                    : "blue",
                       k * 0.5);
  write_text(folder.path() / "a.csv", csv);
  write_text(folder.path() / "b.csv", "y,x,colour\n1.5,,red\n2.5,4,\n");
  const std::string lines =
      "param w = [[1, 2, 3]]\nz = w @ X\nL = mse(z, Y)\ntrain L with sgd(lr=0.1)";
  for (const std::string scaled : {"", ", normalise=\"standard\""}) {
    for (const std::string share : {"", ", test=0.25"}) {
      CAPTURE(scaled, share);
      const Program program =
          lesson_in(folder,
                    "data X, Y = csv(\"a.csv\", label=\"y\", one_hot=colour, scale=2, "
                    "missing=\"mean\"" +
                        scaled + ")\nvalidation X, Y = csv(\"b.csv\")\n" + lines + share);
      // x of what is trained on, by hand
      std::vector<int> trained = parts_of(program).train;
      if (trained.empty()) {
        for (int k = 0; k < 12; ++k) trained.push_back(k);
      }
      double sum = 0, red = 0;
      int there = 0, coloured = 0;
      for (const int k : trained) {
        if (k % 5 != 1) sum += k * k, ++there;
        if (k % 4 != 2) red += k % 4 == 0 ? 1 : 0, ++coloured;
      }
      const std::vector<double>& means = program.data->columns->means;
      REQUIRE(means.size() == 3);
      CHECK(means[0] == Catch::Detail::Approx(sum / there));
      CHECK(means[2] == Catch::Detail::Approx(red / coloured));
      if (!scaled.empty()) continue;
      CHECK(floats(program.data->values[0])(0, 1) == Catch::Detail::Approx(sum / there / 2));
      CHECK(floats(program.validation->values[0])(0, 0) == Catch::Detail::Approx(sum / there / 2));
      CHECK(floats(program.validation->values[0])(2, 1) == Catch::Detail::Approx(red / coloured));
      for (const auto* samples : {&program.data, &program.validation})
        CHECK_FALSE(floats((*samples)->values[0]).isNaN().any());
    }
  }
}

TEST_CASE("data: validation data of their own are what the training is watched by",
          "[elaborate][data]") {
  const TemporaryFolder folder;
  write_text(folder.path() / "a.csv", "x,z,kind\n1,10,u\n3,30,v\n1,10,u\n3,30,v\n");
  write_text(folder.path() / "b.csv", "kind,z,x\nv,12,5\n");
  const Program program = lesson_in(folder,
                                    "data X, Y = csv(\"a.csv\", normalise=\"standard\")\n"
                                    "validation X, Y = csv(\"b.csv\")" +
                                        rest + "\n" + "train L with sgd(lr=0.1)\n");
  REQUIRE(program.validation);
  CHECK(program.validation->count == 1);
  // the columns by their names, scaled as the data are: mean 2 and 20, deviation 1 and 10
  CHECK(floats(program.validation->values[0])(0, 0) == 3);
  CHECK(floats(program.validation->values[0])(1, 0) == -0.8F);
  CHECK(floats(program.validation->values[1])(0, 0) == 1);
  CHECK(parts_of(program).train.empty());  // nothing is held out of the data
  CHECK(parts_of(program).validation.empty());
  // points that are made are others than those of the data and of the test
  const Program made = lesson(
      "data X, Y = moons(20, noise=0.1)\nvalidation X, Y = moons(20, noise=0.1)\n"
      "test X, Y = moons(20, noise=0.1)" +
      rest);
  CHECK(!(floats(made.validation->values[0]) == floats(made.data->values[0])).all());
  CHECK(!(floats(made.validation->values[0]) == floats(made.test->values[0])).all());
  const std::vector<std::pair<std::string, std::string>> cases{
      {"validation X, Y = moons(3)\ndata X, Y = moons(3)",
       "validation stands without data above it\nadd data X, Y = ... above"},
      {"data X, Y = moons(3)\nvalidation X, Y = moons(3)\nvalidation X, Y = moons(4)",
       "there is a validation line already, in line 2\na lesson has one"},
      {"data X, Y = moons(3)\nvalidation X, Z = moons(3)",
       "data names X, Y, but validation names X, Z\nvalidation data have the same names"},
      {"data X, Y = moons(3)\nvalidation X, Y = blobs(4, features=3, centers=2)",
       "X has 3 entries a sample in validation, and 2 in data"},
      {"data X, Y = moons(3)\nvalidation X, Y = moons(3), normalise=\"minmax\"",
       "validation data are normalised as the data are: not at all\n"
       "say it in the data line alone: validation data get the same numbers"}};
  for (const auto& [lines, says] : cases) {
    CAPTURE(lines);
    CHECK(mistake(lines + rest) == says);
  }
  CHECK(mistake("data X, Y = moons(9)\nvalidation X, Y = moons(3)\nparam w = [[1, 2]]\n"
                "L = mse(w @ X, Y)\ntrain L with sgd(lr=0.1), validation=0.2") ==
        "there are validation data already: the validation statement has them\n"
        "leave one of the two out");
}

TEST_CASE("data: one_hot names columns of a csv file", "[elaborate][data]") {
  const TemporaryFolder folder;
  write_text(folder.path() / "a.csv", "colour,x,y\nred,1,0.5\nblue,2,1.5\n");
  for (const std::string how : {"\"colour\"", "colour", "[\"colour\"]", "0", "[-3]", "true"}) {
    CAPTURE(how);
    CHECK(numbers(read_in(folder, "data X, Y = csv(\"a.csv\", one_hot=" + how + ")").values[0]) ==
          "[[0, 1], [1, 0], [1, 2]]");
  }
  CHECK(
      mistake_in(folder, "data X, Y = csv(\"a.csv\", one_hot=[[1]])") ==
      "one_hot names columns\nwrite one_hot=[\"colour\"], or one_hot=true for all that have text");
  CHECK(mistake_in(folder, "data X, Y = csv(\"a.csv\", label=\"y\", one_hot=false)")
            .find("one_hot=[\"colour\"]") != std::string::npos);
}

TEST_CASE("data: npz and npy files, by the usual names, the lesson's or those said",
          "[elaborate][data]") {
  const TemporaryFolder folder;
  const Array<float> x = matrix({{1, 2}, {3, 4}, {5, 6}, {7, 8}});  // as NumPy: samples are rows
  const Array<float> y = matrix({{0}, {1}, {0}, {1}});
  write_npz(folder.path() / "usual.npz", {{"X", npy_array(x)}, {"y", npy_array(y)}});
  write_npz(folder.path() / "own.npz",
            {{"other", npy_array(y)}, {"points", npy_array(x)}, {"kinds", npy_array(y)}});
  write_npy(folder.path() / "x.npy", npy_array(x));
  write_npy(folder.path() / "y.npy", npy_array(y));
  for (const char* statement :
       {"data X, Y = npz(\"usual.npz\")", "data X, Y = npz(\"own.npz\", \"points\", \"kinds\")",
        "data X, Y = npy(\"x.npy\"), npy(\"y.npy\")",
        "data X, Y = npz(\"own.npz\", \"points\"), npy(\"y.npy\")"}) {
    CAPTURE(statement);
    const Samples found = read_in(folder, statement);
    CHECK(numbers(found.values[0]) == "[[1, 3, 5, 7], [2, 4, 6, 8]]");
    CHECK(numbers(found.values[1]) == "[[0, 1, 0, 1]]");
  }
  const Program named = lesson_in(folder,
                                  "data points, kinds = npz(\"own.npz\")\nparam w = 1\nL = "
                                  "w*sum(points)\ngrad L");
  CHECK(numbers(named.data->values[0]) == "[[1, 3, 5, 7], [2, 4, 6, 8]]");
  CHECK(numbers(read_in(folder, "data X = npz(\"usual.npz\")").values[0]) ==
        "[[1, 3, 5, 7], [2, 4, 6, 8]]");
  CHECK(numbers(read_in(folder, "data X = npy(\"x.npy\"), samples=\"rows\"").values[0]) ==
        "[[1, 2], [3, 4], [5, 6], [7, 8]]");
  CHECK(mistake_in(folder, "data X, Y = npy(\"x.npy\")") ==
        "an .npy file has one array, and there are two names\n"
        "write data X, Y = npy(\"X.npy\"), npy(\"Y.npy\")");
  Array<float> holed = x;
  holed(1, 1) = std::nanf("");
  write_npy(folder.path() / "holed.npy", npy_array(holed));
  CHECK(mistake_in(folder, "data X = npy(\"holed.npy\")").find("holed.npy") != std::string::npos);
}

TEST_CASE("leaves from files keep their numbers, and have their array's shape",
          "[elaborate][data]") {
  const TemporaryFolder folder;
  Array<double> wide(2, 2);
  wide << 0.1, 2, 3, 4;  // 0.1 is no float32
  write_npz(folder.path() / "f.npz",
            {{"W", npy_array(matrix({{1, 2, 3}, {4, 5, 6}}))}, {"V", npy_array(wide)}});
  NpyArray flat = npy_array(matrix({{1, 2, 3}}));
  flat.shape = {3};
  write_npy(folder.path() / "flat.npy", flat);
  const Program program =
      lesson_in(folder,
                "param W = npz(\"f.npz\")\ninput U = npz(\"f.npz\", \"V\")\ninput b = "
                "npy(\"flat.npy\")\nL = sum(W @ b) + sum(U)");
  CHECK(numbers(program.values.at("W")) == "[[1, 2, 3], [4, 5, 6]]");
  CHECK(std::get<Array<Exact>>(program.values.at("U"))(0, 0) == Exact::from_double(0.1));
  CHECK(numbers(program.values.at("b")) == "[[1], [2], [3]]");
  CHECK(program.flat.contains("b"));
  const Program rows = lesson_in(folder,
                                 "input b = npy(\"flat.npy\")\ndata X = npz(\"f.npz\", \"W\"), "
                                 "samples=\"rows\"\nparam w = 1\nL = w*sum(X + b)");
  CHECK(numbers(rows.values.at("b")) == "[[1, 2, 3]]");
  const std::string missing = mistake_in(folder, "input X = npz(\"f.npz\", \"Z\")");
  CHECK(missing.find("f.npz") != std::string::npos);
  CHECK(missing.find("W") != std::string::npos);
}

TEST_CASE("data: idx pictures and their labels", "[elaborate][data]") {
  const TemporaryFolder folder;
  const std::vector<unsigned char> pixels{0, 255, 51, 102, 255, 0, 0, 153};  // two of 2×2
  const std::vector<unsigned char> labels{1, 2};
  write_bytes(folder.path() / "i.idx", idx_images(pixels, 2, 2, 2));
  write_bytes(folder.path() / "l.idx", idx_labels(labels));
  const Samples found = read_in(folder, "data X, Y = idx(\"i.idx\", \"l.idx\")");
  CHECK(found.image_rows == 2);
  CHECK(found.image_columns == 2);
  CHECK(floats(found.values[0])(2, 0) == 51.0F / 255.0F);
  CHECK(floats(found.values[1])(2, 1) == 1);
  CHECK(numbers(read_in(folder, "data X = idx(\"i.idx\", scale=1)").values[0]) ==
        "[[0, 255], [255, 0], [51, 0], [102, 153]]");
  CHECK(mistake_in(folder, "data X, Y = idx(\"i.idx\")") ==
        "the labels of idx pictures are a file of their own\nwrite idx(\"images.gz\", "
        "\"labels.gz\")");
  CHECK(mistake_in(folder, "data X, Y = idx(\"l.idx\", \"i.idx\")").find("l.idx") !=
        std::string::npos);
}

TEST_CASE("data: MNIST by its name", "[elaborate][data][needs-mnist]") {
  if (!data_folder()) {
    WARN("skipped: MNIST is not on this machine; see tests/data_folder.hpp");
    return;
  }
  const Program program = lesson("data X, Y = mnist(n=1000)\ntest X, Y = mnist()" + rest);
  const Samples& train = *program.data;
  CHECK(train.count == 1000);
  CHECK(floats(train.values[0]).rows() == 784);
  CHECK(floats(train.values[0]).maxCoeff() == 1);
  CHECK(floats(train.values[1]).rows() == 10);
  CHECK((floats(train.values[1]).colwise().sum() == 1).all());
  CHECK(train.classes.size() == 10);
  CHECK(train.image_rows == 28);
  CHECK(program.test->count == 10000);
  CHECK(program.test->source.find("test") != std::string::npos);
  CHECK(lesson("data X, Y = fashion_mnist(\"test\", n=10)" + rest).data->classes[9] ==
        "Ankle boot");
  CHECK(mistake("data X, Y = mnist(\"trian\")" + rest).find("trian") != std::string::npos);
}
