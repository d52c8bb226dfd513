// Every kind of bad lesson that we could think of, through the built program: the exit status, the
// place, the remedy; never a crash, a hang or a wrong answer.
#include <fmt/format.h>

#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"

namespace tracer {
namespace {

struct Bad {
  const char* name;
  std::string lesson;
  int status;
  std::string says;  // somewhere in what goes to standard error
};

std::string repeated(const std::string& part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

std::vector<Bad> bad_lessons() {
  return {
      {"empty", "", 2, "the lesson is empty"},
      {"nothing but blanks", "\n \n\t\n", 2, ""},
      {"a NUL byte", std::string("param w = 1\nL = w\0w\n", 19), 2,
       "not a text file: byte 0x00 at line 2"},
      {"not UTF-8", "param w = 1\nL = \xff\xfe w\n", 2, "not a text file"},
      {"an endless line", "param w = 1\nL = w" + repeated("+w", 200000) + "\n", 2,
       "more than 100000"},
      {"too many operations", "param w = 1\nL = w" + repeated("+w", 5000) + "\n", 2,
       "split it into named lines"},
      {"10 000 parentheses",
       "param w = 1\nL = " + repeated("(", 10000) + "w" + repeated(")", 10000) + "\n", 2,
       "brackets nested more than 200 deep"},
      {"a tower of 2000 powers", "param w = 1\nL = w" + repeated("**w", 1999) + "\n", 2,
       "more than 50 powers of powers"},
      {"used before it is defined", "param w = 1\nL = z*w\nz = w + 1\n", 2,
       "test.lesson:2:5: error: z is defined further down, in line 3"},
      {"defined twice", "param w = 1\nz = w*2\nz = z + 1\nL = z**2\n", 2,
       "z is defined already, in line 2"},
      {"a cycle", "param w = 1\na = b*w\nb = a + 1\nL = b**2\n", 2, "that goes round in a circle"},
      {"shapes that do not fit",
       "param W = [[1,2],[3,4],[5,6]]\ninput X = [[1,2,3],[4,5,6]]\nZ = W*X\nL = sum(Z)\n", 2,
       "for the matrix product write W @ X"},
      {"a loss that is no scalar", "param W = [[1,2],[3,4]]\nL = W*2\n", 2,
       "a loss must be a single number"},
      {"division by zero", "param w = 1\nz = w - 1\nL = 1/z\n", 2,
       "test.lesson:3:1: error: division by zero, in step 1"},
      {"log(0)", "param w = 1\nz = w - 1\nL = log(z)\n", 2, "log(0) is minus infinity"},
      {"sqrt(-1)", "param w = 1\nL = sqrt(-w)\n", 2, "sqrt of a negative number, sqrt(-1)"},
      {"the slope of sqrt at 0", "param w = 0\nL = sqrt(w)\n", 2, "the slope does not exist here"},
      {"a fractional power of a negative number", "param w = -2\nL = w**0.5\n", 2,
       "test.lesson:2:1: error"},
      {"a branch that no precision decides", "param x = 1\nL = relu(sin(x)**2 + cos(x)**2 - 1)\n",
       3, "with 4096 bits"},
      {"a number with a million digits", "param w = 0." + repeated("7", 1000000) + "\nL = w**2\n",
       2, "1000012 characters"},
      {"a number with 50 000 digits", "param w = 0." + repeated("7", 50000) + "\nL = w**2\n", 2,
       "at most 10000 are read"},
      {"a number too large", "param w = 9\nL = w**w**w**w\n", 2, "too large to be represented"},
      {"an exponential too large", "param w = 100\nL = exp(exp(exp(w)))\n", 2,
       "too large to be represented"},
      {"an exponent beyond all bounds", "param w = 1e999999999\nL = w**2\n", 2, "beyond ±10000"},
      {"NaN", "param w = nan\nL = w**2\n", 2, "there is no value called nan"},
      {"a typo of a name", "param weight = 1\nL = wieght*2\n", 2, "did you mean weight?"},
      {"a typo of a function", "param w = 1\nL = rleu(w)\n", 2, "did you mean relu?"},
      {"a matrix that does not end", "param W = [[1, 2], [3, 4]\nL = sum(W)\n", 2, "test.lesson:"},
      {"a ragged matrix", "param W = [[1, 2], [3]]\nL = sum(W)\n", 2, "test.lesson:1:"},
      {"logits for probabilities",
       "param W = [[1,2],[3,4]]\ninput x = [1, 2]\ninput y = [0, 1]\nz = W @ x\np = z*1\nL = "
       "cross_entropy(p, y)\n",
       2, "for logits there is softmax_cross_entropy"},
      {"an optimiser that is none", "param w = 1\nL = w**2\ntrain L with sdg(lr=0.1)\n", 2,
       "did you mean sgd?"},
      {"a negative learning rate", "param w = 1\nL = w**2\ntrain L with sgd(lr=-1)\n", 2, "lr"},
      {"a setting that is none", "param w = 1\nL = w**2\ntrain L with sgd(rate=1)\n", 2, "rate"},
      {"data that are not there", "param w = 1\ndata X, Y = csv(\"no.csv\")\nL = sum(X)*w\n", 2,
       "no.csv"},
      {"an expectation of nothing", "param w = 1\nL = w**2\nexpect v = 3\n", 2, "test.lesson:3:"},
      {"an expectation that fails", "param w = 3\nL = w**2\nexpect L = 8\n", 1,
       "expected L = 8   does not hold: it is 9"},
  };
}

}  // namespace

TEST_CASE("bad lessons end with their exit status, the place and the remedy", "[cli]") {
  const TemporaryFolder folder;
  for (const Bad& bad : bad_lessons()) {
    DYNAMIC_SECTION(bad.name) {
      write_text(folder.path() / "test.lesson", bad.lesson);
      const ProgramRun run = run_program({"derive", "test.lesson"}, folder.path());
      INFO(run.errors.substr(0, 600));
      CHECK(run.status == bad.status);
      CHECK(run.errors.find(bad.says) != std::string::npos);
      if (bad.status != 1) CHECK(run.output.empty());
    }
  }
}

TEST_CASE("several mistakes are reported in one run", "[cli]") {
  const TemporaryFolder folder;
  write_text(folder.path() / "test.lesson",
             "param w = 1\na = v*2\nb = sine(w)\nw = b\nL = a + b\n");
  const ProgramRun run = run_program({"derive", "test.lesson"}, folder.path());
  CHECK(run.status == 2);
  for (const char* place : {"test.lesson:2:5", "test.lesson:3:5", "test.lesson:4:1"}) {
    INFO(place);
    CHECK(run.errors.find(place) != std::string::npos);
  }
  CHECK(run.errors.find("test.lesson:5") ==
        std::string::npos);  // what follows from them is not told again
}

TEST_CASE("a file that is not there, a folder, and a name that nearly is a lesson's", "[cli]") {
  const TemporaryFolder folder;
  CHECK(run_program({"derive", "nowhere.lesson"}, folder.path()).errors ==
        "tracer: error: nowhere.lesson: there is no such file, and no shipped lesson of that name "
        "(tracer lessons lists "
        "those)\n");
  CHECK(run_program({"derive", folder.path().string()}).status == 2);
  const ProgramRun near = run_program({"derive", "relu-1-1"}, folder.path());
  CHECK(near.status == 2);
  CHECK(near.errors.find("did you mean relu-1-1-1?") != std::string::npos);
}

}  // namespace tracer
