// The text of an answers file, and what its names mean.
#include "tests/catch.hpp"
#include "tests/grade/marked.hpp"
#include "tracer/error.hpp"
#include "tracer/grade/answer_names.hpp"
#include "tracer/grade/answers.hpp"

using namespace tracer;

namespace {

AnswersFile read(const std::string& text) { return read_answers(Source("test.answers", text)); }

// "2.1 z1=2.06" for epoch 2, sample 1; "s3" for step 3
std::vector<std::string> told(const AnswersFile& file) {
  std::vector<std::string> all;
  for (const AnswerText& answer : file.answers) {
    std::string place = answer.place.step > 0 ? "s" + std::to_string(answer.place.step)
                                              : std::to_string(answer.place.epoch) + "." +
                                                    std::to_string(answer.place.sample);
    all.push_back(place + " " + answer.name + "=" + answer.value);
  }
  return all;
}

using ToldAnswer = std::vector<std::string>;

// "value z1", "gradient w1", "update w1", with "[0,1]" for an entry; or what is wrong
std::string meaning(const std::string& lesson, const std::string& name) {
  const Program program = test::lesson(lesson);
  LessonPages pages(program, Working{128, 4096});
  pages.reach(1);
  const AnswerNames names(program, *pages.record(1).batch, pages.optimizer_parts());
  try {
    const NameMeaning found = names.read(read(name + " = 1").answers.at(0).name);
    const char* kind = found.line.kind == PageLine::Kind::value      ? "value "
                       : found.line.kind == PageLine::Kind::gradient ? "gradient "
                       : found.line.kind == PageLine::Kind::update   ? "update "
                                                                     : "given ";
    std::string text = kind + found.line.name;
    if (!found.line.part.empty()) text += " " + found.line.part;
    if (found.entry)
      text += "[" + std::to_string(found.entry->first) + "," + std::to_string(found.entry->second) +
              "]";
    return text;
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("headings say where answers belong", "[grade][answers]") {
  CHECK(told(read("Sample 2\nz1 = 2\nafter sample 3:\nw1 = 3\nepoch 2 sample 1: w1 = 4\nw2 = 5\n"
                  "sample 2\nw1 = 6\nstep 7:\nw1 = 8\n## Comment\n**Sample #2**\nw1 = 9")) ==
        ToldAnswer{"0.2 z1=2", "0.3 w1=3", "2.1 w1=4", "2.1 w2=5", "2.2 w1=6", "s7 w1=8",
                   "0.2 w1=9"});
  CHECK(told(read("Sample 2 of 3: x = 2, y = 4\nz1 = 2.06")) ==
        ToldAnswer{"0.2 x=2", "0.2 y=4", "0.2 z1=2.06"});
  CHECK(told(read("Epoch 2, sample 1 (x=1)\n")) == ToldAnswer{"2.1 x=1"});
}

TEST_CASE("a heading is understood however it is dressed up", "[grade][answers]") {
  for (const std::string heading : {"# Sample 2",
                                    "## Sample 2",
                                    "### Sample 2 (x = 2)",
                                    "Sample No. 2",
                                    "sample nr 2:",
                                    "== Sample 2 ==",
                                    "=== Sample 2 ===",
                                    "2nd sample",
                                    "Sample: 2",
                                    "Sample two",
                                    "**Sample 2**",
                                    "__Sample 2__",
                                    "--- Sample 2 ---",
                                    "> Sample 2",
                                    "The second sample:",
                                    "Sample 2, forward pass",
                                    "Sample 2 - backward",
                                    "Example 2",
                                    "Training sample 2",
                                    "2nd training example",
                                    "SAMPLE 2",
                                    "Sample #2",
                                    "| Sample 2 |",
                                    "$\\textbf{Sample 2}$",
                                    "\\section*{Sample 2}"}) {
    CAPTURE(heading);
    const AnswersFile file = read("Sample 1\nz1 = 1\n" + heading + "\nz1 = 2\n");
    REQUIRE(file.answers.size() >= 2);
    CHECK(told(file).back() == "0.2 z1=2");
    CHECK(file.answers.back().unclear.empty());
    CHECK(file.unread.empty());
  }
  CHECK(told(read("# Step 1\nz = 1\nIteration 2\nz = 2\nstep three\nz = 3\n10th step\nz = 4")) ==
        ToldAnswer{"s1 z=1", "s2 z=2", "s3 z=3", "s10 z=4"});
  CHECK(
      told(read("Sample ten\nz = 1\n## Epoch 2\n### Sample 1\nz = 2\nSample 1\n========\nz = 3")) ==
      ToldAnswer{"0.10 z=1", "2.1 z=2", "2.1 z=3"});
}

TEST_CASE("a step of the working is no step of the training", "[grade][answers]") {
  CHECK(told(read("Sample 2\nStep 1: forward\nz1 = 1\nStep 2 - gradients\nz2 = 1\nStep 3: update\n"
                  "w1 = 1\nSample 3\nz1 = 2")) ==
        ToldAnswer{"0.2 z1=1", "0.2 z2=1", "0.2 w1=1", "0.3 z1=2"});
}

TEST_CASE("a comment that speaks of a sample is no heading", "[grade][answers]") {
  CHECK(told(read("Sample 1\n# sample 2 was harder than this one\n# Sample answers\n# forward\n"
                  "z1 = 1\nSample 2 was harder than this one\na1 = 1\nLayer 2\nStep size: "
                  "small\nz2 = 1")) ==
        ToldAnswer{"0.1 z1=1", "0.1 a1=1", "0.1 Step size=small", "0.1 z2=1"});
}

TEST_CASE("a chain goes on below where the line below begins with a relation or an operator",
          "[grade]") {
  CHECK(told(read("sample 1:\n"
                  "w = [1 2]\n  - 0.5*[2 2]\n  = [0 1]\n"
                  "v ← 0.1 − 0.1·(−5.8)\n  /(sqrt(34.8) + 1·10⁻⁸) ≈ 0.19\n"
                  "z = 2\n- so it grows\n- b = 3\n")) ==
        ToldAnswer{"0.1 w=[0 1]", "0.1 v=0.19", "0.1 z=2", "0.1 b=3"});
}

TEST_CASE("what stands below a heading that can't be understood is not counted to another sample",
          "[grade][answers]") {
  for (const std::string heading :
       {"Sample B", "## Sample B", "next sample", "Sample 0", "Sample", "Sample 2b", "Sample 2-3",
        "samples: Sample ii", "Sample 1 and 2", "Row 2:", "Data point 2", "Sample 1.5",
        "Sample B:"}) {
    if (heading.starts_with("samples")) continue;  // prose
    CAPTURE(heading);
    const AnswersFile file = read("Sample 1\nz1 = 1\n" + heading + "\nz1 = 2\nSample 3\nz1 = 3\n");
    REQUIRE(file.answers.size() == 3);
    CHECK(file.answers[0].unclear.empty());
    CHECK_FALSE(file.answers[1].unclear.empty());
    CHECK(told(file).back() == "0.3 z1=3");
    CHECK(file.answers[2].unclear.empty());
  }
  const Marking marking =
      test::marked(test::one_relu, "Sample 1\nz1 = 1\nSample B: z1 = 2.06\na1 = 2.06\n");
  CHECK(marking.answered == 1);
  REQUIRE(marking.unread.size() == 2);
  CHECK(marking.unread[0].line == 3);
  CHECK(marking.unread[1].why ==
        "it stands below 'Sample B', and which sample is that? put 'sample 1:' above it");
  // in a lesson of one step nothing depends on it
  CHECK(test::marked("param w = 2\nL = w*3\n", "Sample B\nL = 6\n").right() == 1);
}

TEST_CASE("LaTeX, ticks, tuples and expressions are read as they are copied", "[grade][answers]") {
  CHECK(told(read("$w_1$ = 2\n$z_1 = 3$ ✓\n$$a_{1} \\approx 4$$ ✗\nb1 = 5 ✅\n")) ==
        ToldAnswer{"0.0 w_1=2", "0.0 z_1=3", "0.0 a_{1}=4", "0.0 b1=5"});
  CHECK(told(read("$w_1 \\leftarrow 1 - 0.5 \\cdot 2 = 0$\n"
                  "W = \\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}\n"
                  "x = 10^{-3}, y = 1{,}5")) ==
        ToldAnswer{"0.0 w_1=0", "0.0 W=[ 1 , 2 ; 3 , 4]", "0.0 x=10^{-3}", "0.0 y=1,5"});
  for (const std::string name :
       {"$\\partial L/\\partial w_1$", "$\\frac{\\partial L}{\\partial w_1}$", "\\frac{dL}{dw_{1}}",
        "$\\dfrac{\\partial \\mathrm{L}}{\\partial w_{1}}$", "$\\nabla w_1$"}) {
    CAPTURE(name);
    CHECK(meaning(test::one_relu, name) == "gradient w1");
  }
  CHECK(meaning(test::one_relu, "$w_1$") == "update w1");
  for (const std::string name : {"$w_1^{new}$", "w_1^{(new)}", "$w_1^{\\text{new}}$"})
    CHECK(meaning(test::one_relu, name) == "update w1");
  const AnswersFile aligned = read("\\begin{align*}\nz &= w x \\\\\n  &= 2 \\\\\n\\end{align*}");
  CHECK(told(aligned) == ToldAnswer{"0.0 z=2"});
  CHECK(aligned.unread.empty());
}

TEST_CASE("an expression is worked out, a tuple is a vector", "[grade][answers]") {
  const std::string lesson = "param w = 0.5\ninput x = 0.3\nz = w*x + 0.1\nL = z/3\n";
  const auto mark = [&](const std::string& answer) {
    const Marking marking = test::marked(lesson, answer);
    return marking.steps.at(0).lines.at(0).mark;
  };
  CHECK(mark("z = 0.5*0.3 + 0.1") == Mark::right);
  CHECK(mark("z = 0.5*0.3+0.1 = 0.25") == Mark::right);
  CHECK(mark("z = 1/4") == Mark::right);
  CHECK(mark("z = (2 - 1)/2^2") == Mark::right);
  CHECK(mark("z = -(0.5*(-0.3) - 0.1)") == Mark::right);
  CHECK(mark("z = 0.5*0.3 - 0.1") == Mark::wrong);
  CHECK(mark("z = (2 + 0.5)*10^(-1)") == Mark::right);
  CHECK(mark("z = 1*(2)^-2") == Mark::right);
  CHECK(mark("z = (0.2 + 0.05)*10^(-3)") == Mark::wrong);
  CHECK(mark("L = 1/12") == Mark::right);
  CHECK(mark("L = 0.25/3") == Mark::right);  // 0.0833, though it has no end
  CHECK(mark("L = 0.24/3") == Mark::wrong);
  CHECK(mark("z = 0.25 (as above)") == Mark::right);
  const std::string vector = "param v = [1, 2]\nL = sum(v)\ntrain L with sgd(lr=0.5)\n";
  CHECK(test::marked(vector, "v = (0.5, 1.5)\ndL/dv = (1, 1)").right() == 2);
  CHECK(test::marked("param W = [[1, 2], [3, 4]]\nL = sum(W)\ntrain L with sgd(lr=1)\n",
                     "W = ((0, 1), (2, 3))")
            .right() == 1);
  CHECK(test::marked(lesson, "z = 0.25\nL = 0.3*(0.1\n").unread.size() == 1);
  CHECK(test::marked(lesson, "z = 0.25\nL = 1/(1 - 1)^(-1)\n").unread.size() == 1);
}

TEST_CASE("an expression that grows without end is given up", "[grade][answers]") {
  const std::string lesson = "param w = 0.5\nz = w*3\nL = z/3\n";
  for (const std::string endless :
       {"((((((9^20)^20)^20)^20)^20)^20)^20", "((((((9^-20)^20)^20)^20)^20)^20)^20",
        "1e9999*1e9999 + 1", "1/((1e-9000)^20)"}) {
    CAPTURE(endless);
    CHECK(test::marked(lesson, "z = 1.5\nL = " + endless).unread.size() == 1);
  }
}

TEST_CASE("what is written again counts as it is written last", "[grade][answers]") {
  const Marking marking = test::marked(
      "param W = [[1, 2], [3, 4]]\nz = 2*W\nL = sum(z)\n",
      "z[0,0] = 1\nz[0,1] = 4\nz[0,0] = 2\nz = [[2, 4], [6, 9]]\nz[1,1] = 8\nz[1,0] = 6\n");
  std::vector<std::string> why;
  for (const UnreadLine& line : marking.unread)
    why.push_back(std::to_string(line.line) + ": " + line.why);
  CHECK(why == std::vector<std::string>{"1: written again in line 3, which counts",
                                        "2: written again in line 4, which counts",
                                        "3: written again in line 4, which counts",
                                        "4: written again in line 5, which counts"});
  CHECK(marking.right() == 2);
  CHECK(marking.wrong() == 0);
}

TEST_CASE("names that are cut stay whole characters", "[grade][answers]") {
  const AnswersFile file = read(std::string(59, 'x') + "é" + std::string(20'000, 'y') + "\n");
  CHECK(file.unread.at(0).text == std::string(59, 'x') + "...");
  CHECK(meaning(test::one_relu, std::string(39, 'x') + "éé") ==
        "'" + std::string(39, 'x') + "...' is no line of the lesson");
}

TEST_CASE("a chain is read by its last value, and several answers may share a line",
          "[grade][answers]") {
  CHECK(told(read("z1 = 1.02*2 + 0.02 = 2.06")) == ToldAnswer{"0.0 z1=2.06"});
  CHECK(told(read("w1 ← 1.02 − 0.01·(−3.8328) = 1.0583        b1 <- 0.0392")) ==
        ToldAnswer{"0.0 w1=1.0583", "0.0 b1=0.0392"});
  CHECK(told(read("z1 = 1,02, a1: 2; z2 ≈ 3 and L = 4")) ==
        ToldAnswer{"0.0 z1=1,02", "0.0 a1=2", "0.0 z2=3", "0.0 L=4"});
  CHECK(told(read("z1 = 1 | a1 = 2")) == ToldAnswer{"0.0 z1=1", "0.0 a1=2"});
  CHECK(told(read("dw1 = 2 a1 = 4")) == ToldAnswer{"0.0 dw1=4"});  // a product
  CHECK(told(read("∂L/∂w₁ = −1.9×10⁻³   # why")) == ToldAnswer{"0.0 dL/dw1=-1.9*10^-3"});
  CHECK(told(read("z1 = 1.02*2 + 0.02\n   = 2.06\nz2 = 3")) ==
        ToldAnswer{"0.0 z1=2.06", "0.0 z2=3"});
  CHECK(told(read("- z1 = 2\n2) a1 = 3\nBackward\nupdate: w1 = 4\n")) ==
        ToldAnswer{"0.0 z1=2", "0.0 a1=3", "0.0 w1=4"});
}

TEST_CASE("brackets may go over several lines, and one that is never closed spoils its line only",
          "[grade][answers]") {
  CHECK(told(read("W = [[1, 2],\n     [3, 4]]\nz = 5")) ==
        ToldAnswer{"0.0 W=[[1, 2], [3, 4]]", "0.0 z=5"});
  CHECK(told(read("W = [[1, 2\nz = 5")) == ToldAnswer{"0.0 W=[[1, 2", "0.0 z=5"});
  // found out in a moment, however long the file is
  std::string long_file;
  for (int i = 0; i < 100000; ++i) long_file += "[\n";
  CHECK(told(read(long_file + "z = 5")) == ToldAnswer{"0.0 z=5"});
  const AnswersFile wide = read("z = " + std::string(100000, ' ') + "5\nz = 6");
  CHECK(told(wide) == ToldAnswer{"0.0 z=6"});
  CHECK(wide.unread.at(0).why == "a line of such a length is no answer");
}

TEST_CASE("what is no answer is kept with the reason, and an empty line of a form is not",
          "[grade][answers]") {
  const AnswersFile file = read("Jane Doe\n= 3\nz1 =\nz1 = 2 =\n\n# nothing\n");
  CHECK(file.answers.empty());
  CHECK(file.blank == 1);
  REQUIRE(file.unread.size() == 3);
  CHECK(file.unread[0].line == 1);
  CHECK(file.unread[0].text == "Jane Doe");
  CHECK(file.unread[0].why == "there is no = in it");
  CHECK(file.unread[1].why == "there is no name before the =");
  CHECK(file.unread[2].why == "nothing stands behind the last =");
}

TEST_CASE("commas are decimal where one can only be that and there is no point",
          "[grade][answers]") {
  CHECK(read("a = 1,5\nb = 1,764").comma == Comma::decimal);
  CHECK(read("a = 1,5\nb = 1.764").comma == Comma::unknown);
  CHECK(read("W = [1,5]").comma == Comma::unknown);
}

TEST_CASE("a gradient is understood in every usual spelling", "[grade][names]") {
  for (const std::string name :
       {"dL/dw1",         "∂L/∂w1",   "∂L/∂w₁",   "d L / d w1", "δL/δw1",
        "dL/d(w1)",       "grad w1",  "grad(w1)", "∇w1",        "gradient of L with respect to w1",
        "gradient of w1", "w1.grad",  "w1 grad",  "dw1",        "dL_dw1",
        "dLdw1",          "dl/dw1",   "DL/DW1",   "dE/dw1",     "dLoss/dw1",
        "dL/dw_1",        "dL/dw_{1}"}) {
    CAPTURE(name);
    CHECK(meaning(test::one_relu, name) == "gradient w1");
  }
}

TEST_CASE("a parameter is its value after the update, however that is said", "[grade][names]") {
  for (const std::string name : {"w1", "w1 (new)", "w1 new", "new w1", "w1 after", "w1'", "w1′",
                                 "W1", "w_1", "w1_new", "updated w1", "w1 (after sample 2)"}) {
    CAPTURE(name);
    CHECK(meaning(test::one_relu, name) == "update w1");
  }
  CHECK(meaning(test::one_relu, "old w1") ==
        "w1 before the update is marked where it came from, a step earlier");
}

TEST_CASE("values, data and entries are understood", "[grade][names]") {
  CHECK(meaning(test::one_relu, "z₁") == "value z1");
  CHECK(meaning(test::one_relu, "l") == "value L");
  CHECK(meaning(test::one_relu, "loss") == "value L");
  CHECK(meaning(test::one_relu, "x") == "given x");
  const std::string matrix =
      "param W = [[1, 2], [3, 4]]\ninput x = [1, 2]\nL = sum(W @ x)\n"
      "train L with sgd(lr=0.1)\n";
  CHECK(meaning(matrix, "W[0,1]") == "update W[0,1]");
  CHECK(meaning(matrix, "dL/dW[0][1]") == "gradient W[0,1]");
  CHECK(meaning(matrix, "W[0, 1] (new)") == "update W[0,1]");
  CHECK(meaning(matrix, "x[1]") == "given x[1,-1]");
}

TEST_CASE("dw1 is a value where the lesson has one of that name", "[grade][names]") {
  CHECK(meaning("param w = 1\ndw = w*2\nL = dw*3\n", "dw") == "value dw");
  CHECK(meaning("param w = 1\nL = w*3\n", "dw") == "gradient w");
}

TEST_CASE("case decides where it must", "[grade][names]") {
  const std::string both = "param w = 1\ninput W = 2\nL = w*W\n";
  CHECK(meaning(both, "dL/dw") == "gradient w");
  CHECK(meaning(both, "W") == "given W");
  CHECK(meaning("param ab = 1\nparam aB = 2\nL = ab*aB\n", "AB") == "AB may be aB or ab here");
}

TEST_CASE("the lines of an optimizer's working have names", "[grade][names]") {
  const std::string momentum =
      "param w = 1\nL = w**2\ntrain L with sgd(lr=0.1, momentum=0.9), epochs=2\n";
  CHECK(meaning(momentum, "velocity") == "update w velocity");
  CHECK(meaning(momentum, "w velocity") == "update w velocity");
}

TEST_CASE("a name that means nothing says why, and what is near", "[grade][names]") {
  CHECK(meaning(test::one_relu, "z3") ==
        "the lesson has no z3; it has z1, a1, z2, L, b1, b2, w1, w2, x, y");
  CHECK(meaning("param weight = 1\nLoss = weight*2\n", "wieght") ==
        "the lesson has no wieght; did you mean weight?");
  CHECK(meaning(test::one_relu, "dz2/dw2") ==
        "dz2/dw2 is a slope within the chain; gradients of L are marked");
  CHECK(meaning(test::one_relu, "z1'") == "z1 does not change in an update; write z1");
  CHECK(meaning(test::one_relu, "dQ/dw1") == "the lesson has no Q");
  CHECK(meaning(test::one_relu, "dL/dz9").starts_with("the lesson has no z9"));
}

TEST_CASE("the paths of a page of derive state nothing to be marked", "[grade]") {
  const AnswersFile file =
      read("L ← z2 ← b2 = z2 − y = −2\nL ← w = z = 1\nw1 ← 1.02 − 0.01·3 = 0.99\n");
  CHECK(told(file) == ToldAnswer{"0.0 w1=0.99"});
}
