// Models run over samples: outputs against NumPy, what counts as a class, and models that do not
// belong to the lesson.
#include <cmath>
#include <limits>

#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"
#include "tests/train/training.hpp"
#include "tracer/error.hpp"
#include "tracer/train/evaluate.hpp"
#include "tracer/train/model_file.hpp"

using namespace tracer;
using namespace tracer::test;

namespace {

Array<float> row(std::initializer_list<float> numbers) {
  Array<float> made(1, static_cast<Eigen::Index>(numbers.size()));
  std::ranges::copy(numbers, made.data());
  return made;
}

Task task(const std::string& targets, const std::string& lines) {
  return task_of(lesson("param w = 1\ndata x, y = [1, 2, 3], " + targets + "\nz = w*x\n" + lines));
}

// The values that the lesson starts with, as a model's.
std::map<std::string, Tensor> started(const Program& program) {
  std::map<std::string, Tensor> tensors;
  for (const std::string& name : program.parameters) {
    tensors[name] = Array<float>(exact_value(program.values.at(name)).unaryExpr([](const Exact& x) {
      return static_cast<float>(x.to_double());
    }));
  }
  return tensors;
}

Samples samples_of(const std::string& name, const Array<float>& values, bool rows = false) {
  Samples samples;
  samples.names = {name};
  samples.values = {values};
  samples.count = static_cast<int>(rows ? values.rows() : values.cols());
  samples.rows = rows;
  return samples;
}

const std::string three_layers = R"(
param W1 = [[0.5, -0.25], [0.75, 0.125], [-0.5, 1.0]]
param b1 = [[0.1], [0.0], [-0.2]]
param W2 = [[0.3, -0.6, 0.9], [0.2, 0.4, -0.8]]
data X, Y = [[0.5, -1.0, 2.0, 0.25], [1.5, 0.75, -0.5, -2.0]], [[1, 0, 0, 1], [0, 1, 1, 0]]
P = softmax(W2 @ tanh(W1 @ X + b1))
L = cross_entropy(P, Y)
)";

}  // namespace

TEST_CASE("what kind of targets a lesson has", "[evaluate]") {
  CHECK(task("[0, 1, 1]", "L = bce(sigmoid(z), y)") == Task::two_classes);
  CHECK(task("[1, 1, 1]", "L = bce(sigmoid(z), y)") == Task::two_classes);
  CHECK(task("[0, 0.5, 1]", "L = bce(sigmoid(z), y)") == Task::numbers);
  CHECK(task("[0, 1, 1]", "L = mse(z, y)") == Task::two_classes);
  CHECK(task("[1, 1, 1]", "L = mse(z, y)") == Task::numbers);
  CHECK(task("[0, 0, 0]", "L = mse(z, y)") == Task::numbers);
  CHECK(task("[-1, 1, 1]", "L = hinge(z, y)") == Task::two_classes);
  CHECK(task("[-1, -1, -1]", "L = hinge(z, y)") == Task::two_classes);
  CHECK(task("[-1, 0, 1]", "L = mse(z, y)") == Task::numbers);
  CHECK(task("[1, 2, 3]", "L = mse(z, y)") == Task::numbers);
  CHECK(task("[0, 1, 1]", "L = mean((z - y)**2)") == Task::numbers);  // nothing is predicted
  CHECK(task("[0, 1, 1]", "L = mean((z - y)**2)\npredict z") == Task::two_classes);
  CHECK(task_of(lesson(three_layers)) == Task::classes);
  CHECK(task_of(lesson("param w = 1\nL = w**2")) == Task::numbers);
  CHECK(task_of(lesson("param w = 1\ndata x in 1, 2\nL = mse(w, x)")) == Task::numbers);
}

TEST_CASE("an output is the second class above the threshold of its kind", "[evaluate]") {
  const auto classes = [](const std::string& targets, const std::string& lines) {
    const Program program =
        lesson("param w = 1\ndata x, y = [1, 2, 3], " + targets + "\nz = w*x\n" + lines);
    return predicted_classes(program, row({-0.1F, 0, 0.1F, 0.5F, 0.6F}));
  };
  const std::vector<int> above_half{0, 0, 0, 0, 1};
  const std::vector<int> above_zero{0, 0, 1, 1, 1};
  CHECK(classes("[0, 1, 1]", "p = sigmoid(z)\nL = bce(p, y)") == above_half);
  CHECK(classes("[0, 1, 1]", "p = sigmoid(z)\nL = mse(p, y)") == above_half);
  CHECK(classes("[0, 1, 1]", "L = mse(z, y)") == above_half);
  CHECK(classes("[0, 1, 1]", "L = bce_with_logits(z, y)") == above_zero);
  CHECK(classes("[0, 1, 1]", "p = sigmoid(z)\nL = bce_with_logits(z, y)\npredict p") == above_half);
  CHECK(classes("[0, 1, 1]", "p = sigmoid(z)\nL = bce(p, y)\npredict z") == above_zero);
  CHECK(classes("[-1, 1, 1]", "L = hinge(z, y)") == above_zero);
  CHECK(classes("[-1, 1, 1]", "p = tanh(z)\nL = mse(p, y)") == above_zero);
  CHECK(classes("[1, 2, 3]", "L = mse(z, y)").empty());
}

TEST_CASE("of several outputs the largest is the class, of equal ones the first", "[evaluate]") {
  Array<float> outputs(2, 3);
  outputs << 0.1F, 0.7F, 0.5F, 0.9F, 0.3F, 0.5F;
  CHECK(predicted_classes(lesson(three_layers), outputs) == std::vector<int>{1, 0, 0});
}

TEST_CASE("outputs, loss and metrics are NumPy's", "[evaluate]") {
  const Program program = lesson(three_layers);
  const Evaluation made = evaluate(program, started(program), {}, *program.data);
  // NumPy, double: P = softmax(W2 @ np.tanh(W1 @ X + b1)), L = -(Y*np.log(P)).sum()/4
  Array<double> wanted(2, 4);
  wanted << 0.6935441827135966, 0.864376254498585, 0.08322788589537149, 0.17604445667729005,
      0.30645581728640325, 0.13562374550141493, 0.9167721141046286, 0.8239555433227099;
  REQUIRE((made.outputs.rows() == 2 && made.outputs.cols() == 4));
  // 1e-6: some ten operations of float, each off by 6e-8 at most
  CHECK((made.outputs.cast<double>() - wanted).abs().maxCoeff() < 1e-6);
  CHECK(std::abs(made.metrics.loss - 1.0469315517783175) < 1e-6);
  CHECK(made.predicted == std::vector<int>{0, 0, 1, 1});
  CHECK(made.metrics.task == Task::classes);
  CHECK(made.metrics.count == 4);
  CHECK(made.metrics.classes == std::vector<std::string>{"0", "1"});
  CHECK(made.metrics.confusion == std::vector<std::vector<int>>{{1, 1}, {1, 1}});
  CHECK(true_classes(program, *program.data) == std::vector<int>{0, 1, 1, 0});
}

TEST_CASE("samples as rows give the same", "[evaluate]") {
  const Program columns = lesson(three_layers);
  const Program rows = lesson(R"(
param W1 = [[0.5, -0.25], [0.75, 0.125], [-0.5, 1.0]]
param b1 = [[0.1], [0.0], [-0.2]]
param W2 = [[0.3, -0.6, 0.9], [0.2, 0.4, -0.8]]
data X, Y = [[0.5, 1.5], [-1.0, 0.75], [2.0, -0.5], [0.25, -2.0]], [[1, 0], [0, 1], [0, 1], [1, 0]], samples="rows"
P = softmax(tanh(X @ W1.T + b1.T) @ W2.T)
L = cross_entropy(P, Y)
)");
  const Evaluation a = evaluate(columns, started(columns), {}, *columns.data);
  const Evaluation b = evaluate(rows, started(rows), {}, *rows.data);
  CHECK((a.outputs - b.outputs.transpose()).abs().maxCoeff() < 1e-6F);
  CHECK(a.predicted == b.predicted);
  CHECK(a.metrics.confusion == b.metrics.confusion);
  CHECK(std::abs(a.metrics.loss - b.metrics.loss) < 1e-6);
}

TEST_CASE("many samples are run in batches, and the loss is the mean of all", "[evaluate]") {
  const Program program = lesson(R"(
param W = [[1.5, -0.5]]
data X, Y = circles(2500, noise=0.1)
P = sigmoid(W @ X)
L = bce(P, Y)
train L with sgd(lr=0.1), batch_size=100
)");
  const Evaluation made = evaluate(program, started(program), {}, *program.data);
  const auto& x = std::get<Array<float>>(program.data->values[0]);
  const auto& y = std::get<Array<float>>(program.data->values[1]);
  double loss = 0;
  int right = 0;
  for (Eigen::Index k = 0; k < 2500; ++k) {
    const double z = 1.5 * static_cast<double>(x(0, k)) - 0.5 * static_cast<double>(x(1, k));
    loss += std::log1p(std::exp(y(k) > 0 ? -z : z));
    right += (z > 0) == (y(k) > 0) ? 1 : 0;
  }
  CHECK(made.outputs.cols() == 2500);
  CHECK(std::abs(made.metrics.loss - loss / 2500) < 1e-6);
  CHECK(made.metrics.accuracy() == right / 2500.0);
  CHECK(made.metrics.task == Task::two_classes);
}

TEST_CASE("dropout passes on, and batch_norm has its running statistics", "[evaluate]") {
  const Program program = lesson(R"(
param gamma = 2
param beta = 1
data x, y = [1, 2, 3], [1, 2, 3]
n = batch_norm(x, gamma, beta)
d = dropout(n, 0.5)
L = mse(d, y)
train L with sgd(lr=0.1), batch_size=3
)");
  REQUIRE(program.graph(1, true)->states.size() == 2);
  std::map<std::string, Tensor> states;
  for (const auto& [name, value] : program.graph(1, true)->states)
    states[name] = Array<float>(row({said(name, "mean") ? 3.0F : 4.0F}));
  const Evaluation made = evaluate(program, started(program), states, *program.data);
  // 2 (x − 3)/√(4 + 1e-5) + 1
  for (int k = 0; k < 3; ++k) {
    const double wanted = 2 * (k + 1 - 3) / std::sqrt(4 + 1e-5) + 1;
    CHECK(std::abs(static_cast<double>(made.outputs(k)) - wanted) < 1e-6);
  }
  CHECK(made.metrics.task == Task::numbers);
  CHECK(made.predicted.empty());
  // nearly ŷ = x − 2, so Σ(y − ŷ)² = 12, Σ(y − ȳ)² = 2; the eps of 1e-5 moves ŷ by 1e-6
  CHECK(std::abs(made.metrics.r2.value() - (1 - 12.0 / 2)) < 1e-4);
  CHECK(said(error_of([&] { evaluate(program, started(program), {}, *program.data); }),
             "the model has no running statistic "));
}

TEST_CASE("samples without targets get outputs and classes only", "[evaluate]") {
  const Program program = lesson(three_layers);
  const Evaluation whole = evaluate(program, started(program), {}, *program.data);
  Array<float> x(2, 4);
  x << 0.5F, -1, 2, 0.25F, 1.5F, 0.75F, -0.5F, -2;
  const Evaluation made = evaluate(program, started(program), {}, samples_of("X", x));
  CHECK((made.outputs == whole.outputs).all());
  CHECK(made.predicted == whole.predicted);
  CHECK(made.metrics.confusion.empty());
  CHECK(std::isnan(made.metrics.loss));
  CHECK(made.metrics.count == 4);
}

TEST_CASE("a model of another network is refused with both shapes", "[evaluate]") {
  const Program program = lesson(three_layers);
  const auto refusal = [&](const std::map<std::string, Tensor>& parameters) {
    return error_of([&] { evaluate(program, parameters, {}, *program.data); });
  };
  std::map<std::string, Tensor> parameters = started(program);
  parameters["W2"] = Array<float>(Array<float>::Zero(2, 4));
  CHECK(refusal(parameters) ==
        "W2 is 2×4 in the model, but 2×3 in test.lesson; use the lesson that the model was trained "
        "from");
  parameters.erase("W2");
  CHECK(refusal(parameters) ==
        "the model has no parameter W2, which test.lesson has: they are of different networks; use "
        "the lesson that the model was trained from");
  parameters = started(program);
  parameters["W3"] = parameters["W2"];
  CHECK(refusal(parameters) ==
        "the model has a parameter W3, which test.lesson has not; use the lesson that the model "
        "was trained from");
  parameters = started(program);
  parameters["W2"] = Array<double>(std::get<Array<float>>(parameters["W2"]).cast<double>());
  CHECK(refusal(parameters).empty());
}

TEST_CASE("samples that do not fit are refused", "[evaluate]") {
  const Program program = lesson(three_layers);
  const auto refusal = [&](const Samples& samples) {
    return error_of([&] { evaluate(program, started(program), {}, samples); });
  };
  CHECK(refusal(samples_of("X", Array<float>::Zero(3, 5))) ==
        "X has 3 entries a sample here, but 2 in test.lesson; give samples like those that the "
        "model was trained on");
  CHECK(refusal(samples_of("X", Array<float>::Zero(5, 2), true)) ==
        "samples are rows here, but columns in test.lesson; lay them out alike");
  CHECK(refusal(samples_of("X", Array<float>::Zero(2, 0))) == "there are no samples to evaluate");
}

TEST_CASE("a saved model is run without its training data", "[evaluate][model_file]") {
  const TemporaryFolder folder;
  std::string csv = "a,b,label\n";
  for (int k = 0; k < 30; ++k)
    csv += std::to_string(k) + "," + std::to_string(k * k % 7) + "," + std::to_string(k % 3) + "\n";
  const std::string path = (folder / "train.csv").string();
  write_text(path, csv);
  const Program program = lesson("param W = xavier(3, 2)\ndata X, Y = csv(\"" + path +
                                 "\", label=-1, classes=3, normalise=\"standard\")\n"
                                 "P = softmax(W @ X)\nL = cross_entropy(P, Y)\n"
                                 "train L with sgd(lr=0.1), batch_size=25\n"
                                 "expect step 1: loss >= 0\n");
  Model model;
  model.lesson = program.source->text();
  model.lesson_name = program.source->name();
  model.parameters = started(program);
  model.data = outline_of(program);
  REQUIRE(model.data.has_value());
  CHECK(model.data->count == 30);
  save_model(folder / "m", model);
  std::filesystem::remove(path);
  CHECK_THROWS_AS(lesson(model.lesson), Error);  // the file is gone

  const Model loaded = load_model(folder / "m");
  const Program known = program_of(loaded);
  CHECK(known.data->names == std::vector<std::string>{"X", "Y"});
  CHECK(known.data->classes == program.data->classes);
  CHECK(known.data->source == program.data->source);
  CHECK(known.data->count == 3);  // one of each class
  CHECK(task_of(known) == Task::classes);
  REQUIRE(known.data->scaling.has_value());
  CHECK((known.data->scaling->shift == program.data->scaling->shift).all());
  CHECK((known.data->scaling->factor == program.data->scaling->factor).all());
  const Evaluation a = evaluate(program, model.parameters, {}, *program.data);
  const Evaluation b = evaluate(known, loaded.parameters, {}, *program.data);
  CHECK((a.outputs == b.outputs).all());
  CHECK(a.metrics.confusion == b.metrics.confusion);
}

TEST_CASE("an outline keeps what kind of targets there are", "[evaluate]") {
  const auto outlined = [](const Program& program) {
    Model model;
    model.lesson = program.source->text();
    model.data = outline_from_json(outline_json(outline_of(program).value()));
    return program_of(model);
  };
  for (const auto& [targets, lines] :
       std::vector<std::pair<std::string, std::string>>{{"[0, 1, 1]", "L = mse(z, y)"},
                                                        {"[1, 1, 1]", "L = bce(sigmoid(z), y)"},
                                                        {"[1, 1, 1]", "L = mse(z, y)"},
                                                        {"[-1, 1, 1]", "L = hinge(z, y)"},
                                                        {"[2, 5, 7]", "L = mse(z, y)"}}) {
    INFO(targets << " " << lines);
    const Program program =
        lesson("param w = 1\ndata x, y = [1, 2, 3], " + targets + "\nz = w*x\n" + lines);
    const Program known = outlined(program);
    CHECK(task_of(known) == task_of(program));
    const Array<float> outputs = row({-0.1F, 0.1F, 0.6F});
    CHECK(predicted_classes(known, outputs) == predicted_classes(program, outputs));
  }
  CHECK_FALSE(outline_of(lesson("param w = 1\nL = w**2")).has_value());
  for (const char* text : {"", "{}", "[]", R"({"names":["X"]})"})
    CHECK_THROWS_AS(outline_from_json(text), Error);
}
