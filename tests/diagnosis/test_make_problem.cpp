// The small problem that --make-problem writes: a lesson of its own, with numbers on which a
// mistake is named alone.
#include <algorithm>
#include <cmath>
#include <set>

#include "datasets/npz.hpp"
#include "tests/catch.hpp"
#include "tests/diagnosis/asked.hpp"
#include "tests/diagnosis/planted_net.hpp"
#include "tests/lessons/run_program.hpp"
#include "tracer/diagnosis/make_problem.hpp"
#include "tracer/error.hpp"

using namespace tracer;
using namespace tracer::asked;

namespace {

namespace fs = std::filesystem;

const std::string with_dropout =
    "param W1 = [[1.5, -0.5], [-0.75, 1.25], [0.5, 0.25]]\nparam b1 = [0.25, -0.5, 0.75]\n"
    "param W2 = [[1, -0.5, 0.25], [-0.75, 1.5, 0.5]]\nparam b2 = [0.5, -0.25]\n"
    "data X, Y in ([1, 0.5], [1, 0]), ([-0.5, 1.5], [0, 1]), ([2, -1], [1, 0])\n"
    "Z1 = W1 @ X + b1\nA1 = relu(Z1)\nH = dropout(A1, p=0.4)\nZ2 = W2 @ H + b2\n"
    "L = softmax_cross_entropy(Z2, Y)\ntrain L with sgd(lr=0.1), batch_size=all\n";

const std::string with_batch_norm =
    "param W1 = [[1.5, -0.5], [-0.75, 1.25], [0.5, 0.25]]\nparam b1 = [0.25, -0.5, 0.75]\n"
    "param gamma = [1, 2, 0.5]\nparam beta = [0, 1, -1]\nparam W2 = [[1, -0.5, 0.25]]\n"
    "data X, y in ([1, 0.5], 1), ([-0.5, 1.5], 0), ([2, -1], 0.5)\n"
    "Z1 = W1 @ X + b1\nN = batch_norm(Z1, gamma, beta)\nA1 = tanh(N)\nZ2 = W2 @ A1\n"
    "L = half_mse(Z2, y)\ntrain L with sgd(lr=0.1), batch_size=all\n";

const std::string layer_with_upstream =
    "param W = [[1, 2], [0.5, -1], [3, 0]]\ninput X = [[1, 3], [2, -1]]\n"
    "input dY = [[1, 0], [-3, 1], [2, 2]]\nY = tanh(W @ X)\ngrad Y wrt W, X with dY\n";

struct Named {
  std::string name, text;
};

std::vector<Named> lessons() {
  std::vector<Named> all{{"dropout", with_dropout},
                         {"batch norm", with_batch_norm},
                         {"grad with", layer_with_upstream}};
  for (const std::string name : {"xor-2-2-1", "relu-1-1-1", "relu-1-2-1", "find-the-bug"})
    all.push_back({name, read_text(lessons_folder() / (name + ".lesson"))});
  return all;
}

// "L = ..." and the other lines that compute something
std::set<std::string> formulas_in(const std::string& text) {
  std::set<std::string> found;
  for (const std::string& line : lines_of(text)) {
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string::npos) continue;
    const std::string left = line.substr(0, line.find(' '));
    const std::set<std::string> others{"param", "input", "data", "train", "expect", "let", "grad"};
    if (!others.contains(left)) found.insert(line.substr(0, line.find('#')));
  }
  return found;
}

}  // namespace

TEST_CASE("make-problem: a lesson of the same lines, which reads back as it was made",
          "[make_problem]") {
  for (const auto& [name, text] : lessons()) {
    DYNAMIC_SECTION(name) {
      const Program program = lesson(text);
      const MadeProblem made = make_problem(program, 0);
      CHECK(formulas_in(made.lesson) == formulas_in(text));
      const Subject again{made.lesson};
      CHECK(again.program.parameters == program.parameters);
      if (program.data) CHECK(again.batch().batch_size == 7);
      REQUIRE(again.at.point.size() == made.point.size());
      for (const auto& [leaf, values] : made.point) {
        CAPTURE(leaf);
        const Array<double>& read = again.at.point.at(leaf);
        REQUIRE(read.rows() == values.rows());
        REQUIRE(read.cols() == values.cols());
        CHECK((read == values).all());
        CHECK((values * 16 == (values * 16).round()).all());
      }
    }
  }
}

TEST_CASE("make-problem: its own gradients are right, and their half is not", "[make_problem]") {
  for (const auto& [name, text] : lessons()) {
    DYNAMIC_SECTION(name) {
      const Subject made{make_problem(lesson(text), 0).program};
      Claimed claimed = right_gradients(made);
      REQUIRE_FALSE(claimed.empty());
      CHECK(told(made, claimed) == "right");
      claimed.front().second *= 0.5;
      CHECK(told(made, claimed) != "right");
    }
  }
}

TEST_CASE("make-problem: counts its mistakes, and keeps those that differ apart",
          "[make_problem]") {
  for (const auto& [name, text] : lessons()) {
    DYNAMIC_SECTION(name) {
      const MadeProblem made = make_problem(lesson(text), 0);
      CHECK(made.mistakes >= 8);
      CHECK(made.nearest > 1e-4);
      CHECK(std::isfinite(made.nearest));
    }
  }
}

TEST_CASE("make-problem: the same seed gives the same problem, another one another",
          "[make_problem]") {
  const Program program = lesson(with_dropout);
  const MadeProblem first = make_problem(program, 1);
  CHECK(make_problem(program, 1).lesson == first.lesson);
  CHECK(make_problem(program, 100).lesson != first.lesson);
}

TEST_CASE("make-problem: large layers become small ones of different sizes, in their order",
          "[make_problem]") {
  std::string zeros = "[0";
  for (int i = 1; i < 16; ++i) zeros += ", " + std::to_string(i);
  zeros += "]";
  const MadeProblem made = make_problem(
      lesson("param W1 = normal(12, 16)\nparam b1 = normal(12, 1)\nparam W2 = normal(10, 12)\n"
             "data X, Y in (" +
             zeros + ", [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]), (" + zeros +
             ", [0, 1, 0, 0, 0, 0, 0, 0, 0, 0])\nA1 = relu(W1 @ X + b1)\nP = softmax(W2 @ A1)\n"
             "L = cross_entropy(P, Y)\ntrain L with sgd(lr=0.1), batch_size=1\n"),
      0);
  const Array<double>& w1 = made.point.at("W1");
  const Array<double>& w2 = made.point.at("W2");
  const Array<double>& y = made.point.at("Y");
  CHECK(w1.cols() > w1.rows());
  CHECK(w1.rows() > w2.rows());
  CHECK(w1.rows() == w2.cols());
  CHECK(w1.cols() <= 8);
  for (const Eigen::Index size : {w1.cols(), w1.rows(), w2.rows()}) CHECK(size != 7);
  CHECK(made.point.at("X").rows() == w1.cols());
  REQUIRE(y.rows() == w2.rows());
  CHECK(((y == 0) || (y == 1)).all());  // classes are still classes
  CHECK((y.colwise().sum() == 1).all());
}

TEST_CASE("make-problem: a let that is a size becomes small with it, and no other let",
          "[make_problem]") {
  // n equals the size of a layer, and is a number all the same
  const MadeProblem made =
      make_problem(lesson("let big = 1e10\nlet n = 12\nlet h = 12\nlet half = 12.5\n"
                          "param W1 = normal(h, 2)\nparam W2 = normal(1, h)\n"
                          "data X, y in ([1, 2], 3), ([0.5, -1], 1)\nA1 = tanh(W1 @ X)\n"
                          "L = half_mse(W2 @ A1, y) + sum(W1**2)/n + sum(W2)/big + half/big\n"
                          "train L with sgd(lr=0.1), batch_size=all\n"),
                   0);
  const std::vector<std::string> lines = lines_of(made.lesson);
  const auto has_line = [&](const std::string& line) {
    return std::ranges::count(lines, line) > 0;
  };
  INFO(made.lesson);
  CHECK(has_line("let big = 1e10"));
  CHECK(has_line("let n = 12"));
  CHECK(has_line("let half = 12.5"));
  CHECK(has_line("let h = " + std::to_string(made.point.at("W1").rows())));
  CHECK_FALSE(has_line("let h = 12"));
}

TEST_CASE("make-problem: a lesson in symbols has no numbers to be made small", "[make_problem]") {
  const std::string text = read_text(lessons_folder() / "skip-connection.lesson");
  CHECK_THROWS_WITH(make_problem(lesson(text), 0),
                    "a lesson in symbols has no numbers; give them with --set");
}

namespace {

using planted::Fault;
using planted::Numbers;
using planted::Plan;

// A planted network's problem: small_net's kind of samples stand where its lesson has none.
MadeProblem problem_of(const Plan& plan) {
  Samples samples;
  samples.names = {"X", "Y"};
  samples.count = plan.batch;
  samples.values = {Array<float>(Array<float>::Random(plan.sizes.front(), plan.batch)),
                    Array<float>(Array<float>::Zero(plan.sizes.back(), plan.batch))};
  Array<float> classes = Array<float>::Zero(plan.sizes.back(), plan.batch);
  for (int k = 0; k < plan.batch; ++k) classes(k % plan.sizes.back(), k) = 1;
  samples.values[1] = classes;
  ElaborateOptions options;
  options.in_place_of_data = samples;
  return make_problem(load_program(Source("planted.lesson", planted::lesson_of(plan, 5)), options),
                      3);
}

Claimed by_hand(const Plan& plan, const Subject& made, const std::vector<Fault>& faults) {
  Numbers<double> leaves;
  for (const auto& [name, values] : made.at.point) leaves[name] = planted::plain<double>(values);
  Claimed claimed;
  for (const auto& [name, values] : planted::gradients(plan, leaves, faults)) {
    if (!name.starts_with('D'))
      claimed.emplace_back("dL/d" + name, planted::to_array<double>(values).matrix());
  }
  return claimed;
}

bool is_wrong(const Claimed& right, const Claimed& wrong) {
  for (std::size_t i = 0; i < right.size(); ++i) {
    if ((right[i].second - wrong[i].second).cwiseAbs().maxCoeff() > 1e-12) return true;
  }
  return false;
}

// Those of the plan's mistakes that are not named alone: "sign in 0: named | scale ...".
std::string not_named_alone(const Plan& plan, int& tried) {
  const Subject made{problem_of(plan).program};
  std::string missed;
  const Claimed right = by_hand(plan, made, {});
  if (told(made, right) != "right") return "the right gradients";
  for (const planted::FaultKind& kind : planted::fault_kinds()) {
    // one is told by its shape, the other by the step before: no matter of the numbers
    if (kind.name == "bias_not_summed" || kind.name == "gradients_not_zeroed") continue;
    for (const int layer : planted::layers_for(kind.name, plan)) {
      const Claimed wrong = by_hand(plan, made, {{kind.name, layer}});
      if (!is_wrong(right, wrong)) continue;  // a bias before a batch norm: 0 whatever is written
      ++tried;
      const Diagnosis diagnosis = diagnosed(made, wrong);
      const bool one =
          !diagnosis.accounts.empty() && diagnosis.accounts.front().findings.size() == 1 &&
          diagnosis.accounts.front().unexplained.empty() &&
          std::ranges::count(kind.called, diagnosis.accounts.front().findings.front().id) == 1;
      // other accounts are other wordings of the same formula: no numbers tell them apart
      if (one && !diagnosis.apart) continue;
      missed += kind.name + " in " + std::to_string(layer) + ": " + told(diagnosis, made);
      if (diagnosis.apart && diagnosis.accounts.size() > 1)
        missed += " as well as " + told(diagnosis.accounts[1], made.program);
      missed += "\n";
    }
  }
  return missed;
}

void check_named_alone(const Plan& plan) {
  int tried = 0;
  CHECK(not_named_alone(plan, tried) == "");
  CHECK(tried > 20);
}

}  // namespace

TEST_CASE("make-problem: every mistake that is planted on it is named, and nothing else",
          "[make_problem]") {
  using enum planted::Unit;
  using enum planted::Output;
  SECTION("two hidden layers of sigmoid") {
    check_named_alone({{2, 3, 4, 3}, {sigmoid, sigmoid}, softmax_cross_entropy, 7});
  }
  SECTION("two classes, swapped") {
    const Plan plan{{2, 4, 2}, {tanh}, softmax_cross_entropy, 7};
    const Subject made{problem_of(plan).program};
    const Diagnosis diagnosis = diagnosed(made, by_hand(plan, made, {{"one_hot_off_by_one", 0}}));
    REQUIRE(told(diagnosis, made) == "named | one_hot_off_by_one: L (line 12)");
    CHECK(diagnosis.accounts.size() == 1);
    CHECK(diagnosis.accounts.front().findings.front().says ==
          "the two classes of the targets are swapped");
  }
  SECTION("tanh, with a penalty") {
    Plan plan{{2, 4, 3}, {tanh}, softmax_logits, 7};
    plan.l2 = 0.03;
    check_named_alone(plan);
  }
  SECTION("relu, with dropout") {
    Plan plan{{2, 5, 3, 2}, {relu, tanh}, sigmoid_bce, 7};
    plan.dropout = true;
    check_named_alone(plan);
  }
  SECTION("batch normalisation") {
    Plan plan{{2, 3, 2}, {sigmoid}, linear_half_mse, 7};
    plan.batch_norm = true;
    check_named_alone(plan);
  }
}

// ---- tracer check --make-problem

namespace {

ProgramRun make(const std::string& file, const fs::path& to, const fs::path& in = {}) {
  return run_program({"check", file, "--make-problem", to.string()}, in);
}

std::set<std::string> files_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    names.insert(entry.path().filename().string());
  return names;
}

}  // namespace

TEST_CASE("check --make-problem: three files of the same numbers", "[make_problem][cli]") {
  for (const std::string name : {"xor-2-2-1", "relu-1-1-1", "my.lesson"}) {
    DYNAMIC_SECTION(name) {
      const TemporaryFolder folder;
      write_text(folder.path() / "my.lesson", with_dropout);
      const fs::path to = folder.path() / "a" / "b";  // neither is there
      const ProgramRun run = make(name, to, folder.path());
      INFO(run.errors);
      REQUIRE(run.status == 0);
      CHECK(run.output.starts_with("Written to " + to.string() + ": problem.lesson, and its "));
      CHECK(files_in(to) == std::set<std::string>{"problem.json", "problem.lesson", "problem.npz"});
      const Subject made{read_text(to / "problem.lesson")};
      const auto arrays = Npz(to / "problem.npz").read_all();
      REQUIRE(arrays.size() == made.at.point.size());
      for (const NamedNpy& array : arrays)
        CHECK((matrix_of<double>(array.array) == made.at.point.at(array.name)).all());
      CHECK(read_text(to / "problem.json") ==
            problem_json(made.program, made.batch(), made.at.point));
      // what is asked there is answered there: right gradients, a wrong one
      std::vector<NamedNpy> claimed;
      for (const auto& [called, values] : right_gradients(made))
        claimed.push_back({called, npy_array(Array<double>(values.array()))});
      write_npz(to / "grads.npz", claimed);
      CHECK(run_program({"check", "problem.lesson", "--claimed", "grads.npz"}, to).status == 0);
      claimed.back().array =
          npy_array(Array<double>(matrix_of<double>(claimed.back().array) + 0.125));
      write_npz(to / "grads.npz", claimed);
      CHECK(run_program({"check", "problem.lesson", "--claimed", "grads.npz"}, to).status == 1);
    }
  }
}

TEST_CASE("check --make-problem: says how many mistakes there are, and how far they are apart",
          "[make_problem][cli]") {
  const TemporaryFolder folder;
  const ProgramRun run = make("find-the-bug", folder.path() / "many");
  CHECK(run.output.find(" mistakes can be made in it. ") != std::string::npos);
  CHECK(run.output.find(" pairs give the same gradients; all others differ by at least\n0.") !=
        std::string::npos);
  write_text(folder.path() / "my.lesson", "param w = 2\nL = w**2\n");
  const ProgramRun one = make("my.lesson", folder.path() / "one", folder.path());
  CHECK(one.output.find("\n1 mistake can be made in it. 1 pair gives the same gradients.\n") !=
        std::string::npos);
}

TEST_CASE("check --make-problem: what is in the folder already is kept", "[make_problem][cli]") {
  const TemporaryFolder folder;
  const fs::path notes = folder.path() / "notes.txt";
  write_text(notes, "mine");
  write_text(folder.path() / "my.lesson", with_dropout);
  REQUIRE(make("my.lesson", ".", folder.path()).status == 0);
  CHECK(read_text(notes) == "mine");
  CHECK(read_text(folder.path() / "my.lesson") == with_dropout);
  CHECK(files_in(folder.path()).size() == 5);
  const std::string first = read_text(folder.path() / "problem.lesson");
  // its own files are written anew
  REQUIRE(make("xor-2-2-1", folder.path()).status == 0);
  CHECK(read_text(folder.path() / "problem.lesson") != first);
  // somebody's are not, be it the lesson itself
  write_text(folder.path() / "problem.lesson", with_dropout);
  const std::string numbers = read_text(folder.path() / "problem.json");
  const ProgramRun run = make("problem.lesson", ".", folder.path());
  CHECK(run.status == 2);
  CHECK(run.errors.ends_with(
      "tracer: error: --make-problem .: problem.lesson is there already, and not from "
      "--make-problem; name another folder\n"));
  CHECK(read_text(folder.path() / "problem.lesson") == with_dropout);
  CHECK(read_text(folder.path() / "problem.json") == numbers);
}

TEST_CASE("check --make-problem: where nothing can be written, nothing is", "[make_problem][cli]") {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "file";
  write_text(file, "mine");
  for (const fs::path& to : {file, file / "below", fs::path("/proc/nowhere")}) {
    const ProgramRun run = make("relu-1-1-1", to);
    CHECK(run.status == 2);
    CHECK(run.output.empty());
    CHECK(run.errors == "tracer: error: --make-problem " + to.string() +
                            ": there is no such folder, and it can't be made\n");
  }
  CHECK(read_text(file) == "mine");
  // nor is a folder made for a lesson that no problem can be made of
  const fs::path never = folder.path() / "never";
  CHECK(make("skip-connection", never).status == 2);
  CHECK_FALSE(fs::exists(never));
  CHECK(files_in(folder.path()) == std::set<std::string>{"file"});
}
