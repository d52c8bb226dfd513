// A marker's word must be good: what is right to its digits is right, whoever printed it; a reason
// gives the number, and is not given where digits agree by chance.
#include "tests/catch.hpp"
#include "tests/grade/marked.hpp"
#include "tests/grade/right_sheets.hpp"

using namespace tracer;
using test::line_of;
using test::marked;
using test::says;
using test::shipped_lesson;
using test::written;

namespace {

const std::string sigmoid_of_two = "param w = 1\ninput x = 2\nz = w*x\nh = sigmoid(z)\ngrad h\n";

Mark mark_of(const std::string& lesson, const std::string& answers, const std::string& name) {
  const Marking marking = marked(lesson, answers);
  INFO(test::page_text(marking));
  return line_of(marking, 1, name).mark;
}

}  // namespace

TEST_CASE("the digits of a double and of a float32 are right", "[grade][trust]") {
  CHECK(says(marked(sigmoid_of_two, "h = 0.8807970779778823\n"), 1, "h") ==
        "right (to the digits of a double)");
  CHECK(says(marked(sigmoid_of_two, "h = 0.88079709\n"), 1, "h") ==
        "right (to the digits of a float32)");
  CHECK(mark_of(sigmoid_of_two, "h = 0.8807970779778825\n", "h") == Mark::right);
  CHECK(mark_of(sigmoid_of_two, "h = 0.8807970779779825\n", "h") != Mark::right);
  CHECK(mark_of(sigmoid_of_two, "h = 0.88080708\n", "h") == Mark::wrong);
  // a float32 of ten digits
  const std::string tens = "param w = 12.1\ninput x = 1.7\nz = w*x\nL = z**2\n";
  CHECK(mark_of(tens, "z = 20.56999969\n", "z") == Mark::right);
  CHECK(mark_of(tens, "z = 20.56999900\n", "z") != Mark::right);
  // what cancels: 0.1·3 − 0.3 of doubles
  const std::string cancels = "param w = 0.1\ninput x = 3\nz = w*x - 0.3\nL = (z - 1)**2\n";
  CHECK(mark_of(cancels, "z = 5.551115123125783e-17\n", "z") == Mark::right);
  CHECK(mark_of(cancels, "z = 5.55e-17\n", "z") == Mark::right);
  CHECK(mark_of(cancels, "z = 5.55e-5\n", "z") == Mark::wrong);
  // and a reason is found behind such digits too
  CHECK(says(marked(sigmoid_of_two, "h = -0.8807970779778823\n"), 1, "h")
            .ends_with("; the sign is turned"));
}

TEST_CASE("right sheets are right, however they are printed", "[grade][trust]") {
  for (const std::string name : {"relu-1-1-1", "two-layer-matrix", "softmax-layer", "momentum"}) {
    const Program program = shipped_lesson(name);
    for (const test::Printing& printing : test::printings(3)) {
      LessonPages lesson(program, Working{256, 4096});
      const int steps = std::min(2, lesson.steps_asked());
      const Marking marking = marked(program, test::right_sheet(lesson, steps, printing.print));
      CAPTURE(name, printing.name, test::page_text(marking));
      CHECK(marking.wrong() == 0);
      CHECK(marking.careless() == 0);
      CHECK(marking.unread.empty());
    }
  }
  const auto counts = test::mark_right_sheets({.sheets = 100, .seed = 5});
  INFO(test::table_of(counts));
  for (const test::SheetCount& count : counts) {
    CHECK(count.lines > 0);
    CHECK(count.wrong == 0);
    CHECK(count.unread == 0);
  }
}

TEST_CASE("how fine a number is written is told by its whole sheet", "[grade][trust]") {
  const std::string slow =
      "param w = 1.52\ninput x = 0.0031\nL = 1/2*(w*x - 1)**2\n"
      "train L with sgd(lr=0.001)\n";
  CHECK(mark_of(slow, "dL/dw = -0.0030854\nw = 1.5200\n", "w") == Mark::right);
  CHECK(mark_of(slow, "dL/dw = -0.0030854\nw = 1.5202\n", "w") == Mark::wrong);
  CHECK(mark_of(slow, "dL/dw = -0.0031\nL = 0.4953\nw = 1.52\n", "w") == Mark::right);
  const std::string large = "param w = 41.9\ninput x = 42.1\nz = w*x\nq = z/1000\nL = z*q\n";
  // z is 1763.99, q 1.76399, L 3111.66
  CHECK(mark_of(large, "z = 1760\nq = 1.76\n", "z") == Mark::right);
  CHECK(mark_of(large, "z = 1760\nq = 1.76\nL = 3110\n", "L") == Mark::right);
  CHECK(mark_of(large, "z = 1800\nq = 1.8\n", "z") == Mark::right);
  CHECK(mark_of(large, "z = 1770\nq = 1.76\nL = 3110\n", "z") != Mark::right);
  CHECK(mark_of(large, "q = 1.7640\nz = 1760\nL = 3111.6648\n", "z") == Mark::wrong);
  // by significant digits 12 is 12.0, and 1 is 1.00
  const std::string mixed = "param w = 12.04\na = w/10\nb = w/100\nc = w*a\nL = a*b\n";
  const Marking marking = marked(mixed, "a = 1.2\nb = 0.12\nL = 0.14\nc = 14\n");
  CHECK(marking.wrong() == 0);
  CHECK(mark_of(mixed, "a = 1.20\nb = 0.120\nL = 0.145\nc = 14\n", "c") != Mark::right);
}

TEST_CASE("a reason gives all that is written of its line", "[grade][trust]") {
  const std::string mask = "param Z = [[-1, 2]]\nA = relu(Z)\nL = sum(A*[[3, 4]])\n";
  CHECK(says(marked(mask, "dL/dZ = [[3, 4]]\n"), 1, "dL/dZ") ==
        "wrong in [0,0] (0): the factor relu′(Z) was left out");
  // 0.665 and 2 · 0.335 agree in two digits
  const std::string softmax =
      "param z = [[1, 2, 3]]\ninput y = [[0, 0, 1]]\np = softmax(z, axis=1)\nL = -sum(y*log(p))\n";
  const Marking chance = marked(softmax, "dL/dz = [0.09, 0.24, -0.67]\n");
  CHECK(line_of(chance, 1, "dL/dz").mark == Mark::wrong);
  CHECK(line_of(chance, 1, "dL/dz").slips.empty());
  CHECK(says(marked(softmax, "dL/dz = [0.180, 0.489, -0.670]\n"), 1, "dL/dz")
            .ends_with("twice what it should be"));
}

TEST_CASE("several answers on a line, and how they are joined", "[grade][trust]") {
  const std::string lesson =
      "param w = 1\nparam b = 0.5\ninput x = 2\nz = w*x + b\nL = (z - 3)**2\n"
      "train L with sgd(lr=0.1)\n";
  for (const std::string answers :
       {"z = 2.5 L = 0.25", "z = 2.5, L = 0.25", "z = 2.5 und L = 0.25", "z=2.5 and L=0.25",
        "z = 2.5; L = 0.25", "z = 2.5, and L = 0.25", "z = 1*2 + 0.5 = 2.5 L = 0.25"}) {
    CAPTURE(answers);
    CHECK(mark_of(lesson, answers + "\n", "z") == Mark::right);
    CHECK(mark_of(lesson, answers + "\n", "L") == Mark::right);
  }
  CHECK(mark_of(lesson, "z = 2.6 L = 0.26\n", "z") == Mark::wrong);
  CHECK(mark_of(lesson, "w (new) = 1.2 b (new) = 0.6\n", "b (new)") == Mark::right);
  // a product and what it comes to
  const std::string product = "param w = 3\na = w + 1\nz = a*2\nL = z**2\n";
  const Marking chain = marked(product, "dL/da = 4 z = 32\n");
  CHECK(line_of(chain, 1, "dL/da").mark == Mark::right);
  CHECK(chain.right() == 1);
}

TEST_CASE("a blank behind a point is closed up, and said", "[grade][trust]") {
  const std::string lesson = "param w = -0.1444\nz = w*1\nL = z**2\n";
  const Marking marking = marked(lesson, "z = -0. 1444\n");
  CHECK(line_of(marking, 1, "z").mark == Mark::right);
  CHECK(marking.remarks == std::vector<std::string>{"line 1: z was read as -0.1444"});
}

TEST_CASE("the mean's bar is read as the page prints it", "[grade][trust]") {
  const std::string lesson =
      "param w = 1\ndata x, y in (1, 2), (2, 4), (3, 5)\nz = w*x\nL = (z - y)**2\n"
      "train L with sgd(lr=0.1), batch_size=all\n";
  CHECK(mark_of(lesson, "dL\u0304/dw = -7.3333\n", "dL\u0304/dw") == Mark::right);
  CHECK(mark_of(lesson, "∂L\u0304/∂w = -7.3333\n", "dL\u0304/dw") == Mark::right);
}

TEST_CASE("slopes within the chain are marked", "[grade][trust]") {
  const std::string lesson = "param w = 0\ninput x = 3\nz1 = w*x\na1 = sigmoid(z1)\nL = a1**2\n";
  CHECK(says(marked(lesson, "da1/dz1 = 0.25\ndz1/dw = 3\n"), 1, "da1/dz1") == "right");
  CHECK(mark_of(lesson, "dz1/dw = 3\n", "dz1/dw") == Mark::right);
  CHECK(says(marked(lesson, "da1/dz1 = 0.5\n"), 1, "da1/dz1") == "wrong: it comes to 0.25");
  // on their own value: 0.6·0.4
  CHECK(mark_of(lesson, "a1 = 0.6\nda1/dz1 = 0.24\n", "da1/dz1") == Mark::follows);
  const std::string vector =
      "param W = [[1, 2], [0, 1]]\ninput x = [1, -1]\nz = W @ x\na = relu(z)\nL = sum(a)\n";
  CHECK(mark_of(vector, "da/dz = [0, 0]\n", "da/dz") == Mark::right);
  CHECK(marked(vector, "da/dz = [0, 0]\ndz/dW = [[1, 1], [1, 1]]\n").unread.size() == 1);
}

TEST_CASE("the updated weight is found in a gradient that is not written", "[grade][trust]") {
  const std::string lesson =
      "param w1 = 0.4\nparam w2 = -0.7\ninput x = 1.5\ninput y = 1\nz1 = w1*x\nh = sigmoid(z1)\n"
      "z2 = w2*h\nL = 1/2*(z2 - y)**2\ntrain L with sgd(lr=0.5)\n";
  // h 0.6457, z2 −0.4520, dL/dz2 −1.4520, dL/dw2 −0.9375, w2 −0.2313; with that: 0.0768
  const Marking marking = marked(
      lesson,
      "dL/dz2 = -1.4520\ndL/dw2 = -0.9375\nw2 = -0.2313\ndL/dz1 = 0.0768\ndL/dw1 = 0.1152\n");
  INFO(test::page_text(marking));
  CHECK(says(marking, 1, "dL/dz1")
            .ends_with("in ∂L/∂h (not written) the updated w2 was used, not that of the forward "
                       "pass"));
  CHECK(line_of(marking, 1, "dL/dw1").mark == Mark::follows);
}

TEST_CASE("a whole sheet with rows for columns is read so, and told once", "[grade][trust]") {
  const std::string lesson =
      "param W = [[1, 2, 3], [4, 5, 6]]\nparam V = [[1, 0], [2, 1], [0, 1]]\n"
      "input X = [[1, 2], [0, 1], [1, 1]]\nA = W @ X\nB = V @ A\nL = sum(B*B)\n";
  // A is [[4, 7], [10, 19]], B [[4, 7], [18, 33], [10, 19]]
  const Marking marking = marked(lesson,
                                 "A = [[4, 10], [7, 19]]\nB = [[4, 18, 10], [7, 33, 19]]\n"
                                 "dL/dB = [[8, 36, 20], [14, 66, 38]]\n");
  INFO(test::page_text(marking));
  CHECK(marking.right() == 3);
  CHECK(marking.remarks == std::vector<std::string>{
                               "all matrices are written with rows for columns, and are read so"});
  // one that lies on its side is a slip
  CHECK(marked(lesson, "A = [[4, 7], [10, 19]]\nB = [[4, 18, 10], [7, 33, 19]]\n").wrong() == 1);
}

TEST_CASE("all digits of an own mistake carried on is no carelessness", "[grade][trust]") {
  // 0.3214 may be 0.32144: 1.7253 times that is 0.55458, and times 0.3214 0.55451
  const std::string lesson = "param w = 1.7253\ninput x = 0.5\nz = x*x\nL = w*z\n";
  CHECK(mark_of(lesson, "z = 0.3214\nL = 0.5546\n", "L") == Mark::follows);
  CHECK(mark_of(lesson, "z = 0.3214\nL = 0.5547\n", "L") != Mark::follows);
}

TEST_CASE("of two digits that many slips would fit no reason is told", "[grade][trust]") {
  // 0.7 + 0.5·0.0654 is 0.7327, and so are others by chance
  const Program program = shipped_lesson("xor-2-2-1");
  const std::string sheet = "sample 1:\nh1 = 0.52\ndL/ds = 0.12\ndL/dv1 = 0.065\nv2 = 0.47\nv1 = ";
  CHECK(says(marked(program, sheet + "0.27\n"), 1, "v1").find("places") == std::string::npos);
  // four digits are no chance
  CHECK(says(marked(program, "sample 1: v1 = 0.7327\n"), 1, "v1").find("the step was added") !=
        std::string::npos);
  // and a sign is turned in two as well
  CHECK(says(marked(program, "sample 1: dL/ds = -0.12\n"), 1, "dL/ds")
            .ends_with("the sign is turned"));
}

TEST_CASE("nothing is swapped with what was computed from it", "[grade][trust]") {
  const Marking marking = marked(test::one_relu, "sample 2: dL/dz2 = -0.74\ndL/db2 = -1.88\n");
  for (const Slip& slip : line_of(marking, 2, "dL/dz2").slips) CHECK(slip.kind != "swapped");
}

TEST_CASE("two reasons are told apart by digits", "[grade][trust]") {
  const std::string lesson = "param a = 2.001\nparam b = 2.002\nparam c = 1.6\nL = a*b*c\n";
  CHECK(says(marked(lesson, "L = 3.20\n"), 1, "L")
            .ends_with("the factor b was left out; or the factor a was left out (more digits tell: "
                       "3.202 or 3.203)"));
}

TEST_CASE("what counts of a sheet is told both ways", "[grade][trust]") {
  const std::string page = test::page_text(marked(test::one_relu, "sample 1: z1 = 1\n"));
  CHECK(page.find("1 right, 0 follow, 0 wrong: 1/1\n") != std::string::npos);
  CHECK(page.find("what is left out is not counted as wrong (1/45 where it is)") !=
        std::string::npos);
}

TEST_CASE("an optimizer's working has the digits of the page", "[grade][trust]") {
  const std::string adam = "param w = 0\nL = (w - 3)**2\ntrain L with adam(lr=0.1), epochs=2\n";
  const std::string text =
      says(marked(adam,
                  "step 1:\ndL/dw = -6.0000\nw = 0.1000\nstep 2:\ndL/dw = -5.8000\n"
                  "w = 0.3000\n"),
           2, "w");
  CAPTURE(text);
  CHECK(text.find("/1999") == std::string::npos);
  CHECK(text.find("/475") == std::string::npos);
}
