// Reasons that are true: none that comes later, one for all updates where one fits them all, no
// decimal point that slips in a 0; and the right value beside a wrong one, with digits enough.
#include "tests/catch.hpp"
#include "tests/grade/marked.hpp"
#include "tests/lessons/run_program.hpp"
#include "tracer/grade/slips.hpp"

using namespace tracer;
using test::line_of;
using test::marked;
using test::says;

namespace {

const std::string neuron =
    "param w1 = 0.4\nparam w2 = -0.3\nparam b = 0.1\ndata x1, x2, y in (1, 2, 1), (3, -1, 0)\n"
    "z = w1*x1 + w2*x2 + b\na = sigmoid(z)\nL = bce(a, y)\ntrain L with sgd(lr=0.5), "
    "batch_size=1\n";

const std::string gradients =
    "sample 1:\nz = -0.1\na = 0.475\nL = 0.7444\ndL/da = -2.1053\ndL/dz = -0.525\n"
    "dL/dw1 = -0.525\ndL/dw2 = -1.05\ndL/db = -0.525\n";

std::string reason(const Marking& marking, int step, const std::string& name) {
  const MarkedLine& line = line_of(marking, step, name);
  return line.slips.empty() ? "none" : text_of(line.slips.front().says);
}

}  // namespace

TEST_CASE("the right value is shown with the digits of the page, and with enough to tell it",
          "[grade][digits]") {
  const std::string others = "dL/dw2 = -3.8703\nz2 = 2.1212\nL = 1.7649\n";
  const auto shown = [&](const std::string& answer) {
    const Marking marking = marked(test::one_relu, "sample 2:\n" + answer + "\n" + others);
    const std::string text = says(marking, 2, answer.substr(0, answer.find(" =")));
    return text.substr(text.find(" = ") + 3, text.find(';') - text.find(" = ") - 3);
  };
  CHECK(shown("dL/dw1 = -3.2") == "−3.8328");
  CHECK(shown("b2 = 0.1") == "0.0388");
  CHECK(shown("w1 = 1.0") == "1.0583");
  CHECK(shown("z1 = 2.1234567") == "2.0600000");
  // 1.7649 rounds to 1.8, which is what is wrong with 1.9
  CHECK(shown("dL/dz2 = -1.9999") == "−1.8788");
  // a page of one decimal: more are shown where it takes them
  const std::string coarse =
      "param w = 0.3\ninput x = 0.8\nz = w*x\nL = z*z/7\ntrain L with sgd(lr=0.01)\n";
  CHECK(says(marked(coarse, "z = 0.3\nL = 0.1\nw = 0.3\n"), 1, "L").find("= 0.0129") !=
        std::string::npos);
}

TEST_CASE("entries of a matrix are shown with digits enough too", "[grade][digits]") {
  const Program program = load_program(read_source(lessons_folder() / "two-layer-matrix.lesson"));
  CHECK(says(marked(program, "sample 1\nb1 = [0.1109, -0.1923]\ndL/dz = [0.5, 0.5]\n"), 1, "dL/dz")
            .starts_with("wrong in every entry (0.0217, 0.0154)"));
}

TEST_CASE("a reason comes before what it explains", "[grade][slips]") {
  // 1.6 is w1·L + ...: but L is worked out from z; and w2 is updated long after it
  const std::string sheet =
      gradients +
      "w1 = 0.6625\nw2 = 0.225\nb = 0.3625\nsample 2:\nz = 1.6\na = 0.832\nL = 1.7838\n";
  for (const std::string z : {"1.6", "7.0756", "-0.5"}) {
    std::string changed = sheet;
    changed.replace(changed.rfind("z = 1.6"), 7, "z = " + z);
    const std::string why = reason(marked(neuron, changed), 2, "z");
    CAPTURE(z, why);
    CHECK(why.find("L") == std::string::npos);
    CHECK(why.find("a ") == std::string::npos);
    CHECK(why.find("updated") == std::string::npos);
  }
  // z = 0.4·1 + 0.225·2 + 0.1 would be with the w2 that only this step makes
  CHECK(reason(marked(neuron, "sample 1:\nz = 0.95\na = 0.7211\nw2 = 0.225\n"), 1, "z") == "none");
}

TEST_CASE("the number of another sample stands wherever its name does", "[grade][slips]") {
  // with y = 0 throughout: 1/(1 − a)
  CHECK(reason(marked(neuron, "sample 1: dL/da = 1.9048"), 1, "dL/da") == "y of sample 2 was used");
  // and not in one of the two places: (1 − 0)/(1 − a) − 1/a
  CHECK(reason(marked(neuron, "sample 1: dL/da = -0.2004"), 1, "dL/da") !=
        "y of sample 2 was used");
}

TEST_CASE("what went wrong in all updates alike is told of all", "[grade][slips]") {
  const auto reasons = [&](const std::string& updates) {
    const Marking marking = marked(neuron, gradients + updates);
    std::vector<std::string> all;
    for (const std::string name : {"w1", "w2", "b"}) {
      CHECK(line_of(marking, 1, name).slips.size() == 1);
      all.push_back(reason(marking, 1, name));
    }
    CHECK(all[0] == all[1]);
    CHECK(all[0] == all[2]);
    return all[0];
  };
  // without the rate 0.5: w1 = 0.925 is also w1 − 0.5·∂L/∂w2
  CHECK(reasons("w1 = 0.925\nw2 = 0.75\nb = 0.625\n") == "the learning rate was forgotten");
  CHECK(reasons("w1 = 0.1375\nw2 = -0.825\nb = -0.1625\n") ==
        "the step was added and not subtracted: new = old − lr · gradient");
  CHECK(reasons("w1 = 0.4263\nw2 = -0.2475\nb = 0.1263\n") ==
        "the learning rate 0.05 was used, not 0.5");
}

TEST_CASE("a habit is found over the samples where a step has one update", "[grade][slips]") {
  const std::string lesson =
      "param w = 1\ndata x, y in (1, 3), (2, 5)\nz = w*x\nL = 1/2*(z - y)**2\n"
      "train L with sgd(lr=0.1), batch_size=1\n";
  // gradients −2 and, from w = 3, 2
  const Marking marking =
      marked(lesson, "sample 1:\ndL/dw = -2.0\nw = 3.0\nsample 2: z = 6.0\ndL/dw = 2.0\nw = 1.0\n");
  CHECK(reason(marking, 1, "w") == "the learning rate was forgotten");
  CHECK(reason(marking, 2, "w") == "the learning rate was forgotten");
}

TEST_CASE("nothing slips in a zero", "[grade][slips]") {
  const Marking marking = marked(neuron, "sample 1:\nL = 0.7444\ndL/dz = 0.0\ndL/dw1 = 0.0\n");
  for (const MarkedLine& line : marking.steps.at(0).lines) {
    for (const Slip& slip : line.slips) CHECK(slip.kind != "decimal point");
  }
  const Program softmax = load_program(read_source(lessons_folder() / "softmax-layer.lesson"));
  CHECK(line_of(marked(softmax, "P = [[0.0, 0.6225], [0.0, 0.3775]]"), 1, "P").slips.empty());
  // 0.1 is that at the rate 0.05, too, rounded to one decimal
  const Marking old = marked(neuron, gradients + "b = 0.1\n");
  CHECK(line_of(old, 1, "b").slips.size() == 1);
  CHECK(reason(old, 1, "b") == "this is b before the update");
}

TEST_CASE("the logarithm to base 10, and the error of regression", "[grade][slips]") {
  CHECK(reason(marked(neuron, "sample 1: L = 0.3233"), 1, "L") ==
        "the logarithm to base 10 was taken for ln");
  CHECK(reason(marked(neuron, "sample 1: L = 0.1378"), 1, "L") ==
        "the squared error was taken, not the cross-entropy");
  CHECK(reason(marked("param w = 3\nL = w*log(w)\n", "L = 1.4314"), 1, "L") ==
        "the logarithm to base 10 was taken for ln");
  const Program softmax = load_program(read_source(lessons_folder() / "softmax-layer.lesson"));
  CHECK(reason(marked(softmax, "L = 0.1305"), 1, "L") ==
        "the logarithm to base 10 was taken for ln");
}

TEST_CASE("the slope of the last activation, multiplied in twice", "[grade][slips]") {
  CHECK(reason(marked(neuron, "sample 1: dL/dz = -0.1309"), 1, "dL/dz") ==
        "a − y is the gradient already; the slope of the activation was multiplied in once more");
  const std::string logits =
      "param w = 0.4\ninput x = 1\ninput y = 1\nz = w*x\nL = bce_with_logits(z, y)\n";
  // p = 0.5987: (p − 1)·p·(1 − p)
  CHECK(reason(marked(logits, "dL/dz = -0.0964"), 1, "dL/dz").find("is multiplied in once more") !=
        std::string::npos);
}

TEST_CASE("a mean in place of a sum, and the reverse", "[grade][slips]") {
  const std::string lesson = [](const std::string& loss) {
    return "param w = 2\ndata x, y in (1, 3), (2, 5)\nz = w*x\nL = " + loss +
           "((z - y)**2)\ntrain L with sgd(lr=0.1), batch_size=all\n";
  }("mean");
  std::string summed = lesson;
  summed.replace(summed.find("mean"), 4, "sum");
  // errors −1 and −1
  CHECK(reason(marked(lesson, "L = 2.00"), 1, "L") == "the sum was taken, not the mean");
  CHECK(reason(marked(summed, "L = 1.00"), 1, "L") == "the mean was taken, not the sum");
}

TEST_CASE("what is tried for an entry of a matrix is tried once for the whole", "[grade][slips]") {
  const Program program =
      test::lesson("param W = [[1, 2], [3, 4]]\nz = 2*W\nL = sum(z)\nM = L/2\n");
  LessonPages pages(program, Working{256, 4096});
  const AnswersFile file =
      read_answers(Source("test.answers", "z[0,0] = 7\nz[0,1] = 8\nL = 3\nz[1,1] = 9\n"));
  const AnswerSheet sheet = read_sheet(file, pages, {});
  PageWorking working(pages, sheet, pages.pages());
  static int asked = 0;
  const auto count = [](PageWorking&, const Answer&) {
    ++asked;
    return std::vector<Hypothesis>(1);
  };
  working.hypotheses(sheet.answers[0], count);
  CHECK(working.hypotheses(sheet.answers[1], count).size() == 1);
  CHECK(asked == 1);
  working.hypotheses(sheet.answers[2], count);  // another line
  working.hypotheses(sheet.answers[2], count);  // a scalar is looked at as it is written
  CHECK(asked == 3);
  working.hypotheses(sheet.answers[3], count);
  CHECK(asked == 4);
}

TEST_CASE("the wrong rule of a product names what it was done with", "[grade][slips]") {
  // so large that no formula is edited: only the rules that stand beside the product's own are left
  constexpr int n = 51;
  std::string rows;
  for (int i = 0; i < n; ++i) {
    std::string row;
    for (int j = 0; j < n; ++j) row += (j == 0 ? "" : ", ") + std::to_string(i * i + 2 * j);
    rows += (i == 0 ? "[" : ", [") + row + "]";
  }
  const Marking marking =
      marked("param A = [" + rows + "]\ninput X = [" + rows + "]\nZ = A @ X\nL = sum(Z)\n",
             "dL/dA[0,0] = 42925\n");  // 0² + 1² + ... + 50²
  CHECK(says(marking, 1, "dL/dA[0,0]") ==
        "wrong: it comes to 2550; X stands where its transpose belongs");
}
