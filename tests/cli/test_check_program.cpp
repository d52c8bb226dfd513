// tracer check --program: somebody's program is asked, and may do everything wrong. The programs
// are lines of /bin/sh.
#include <chrono>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/cli/neuron_claims.hpp"

namespace tracer {
namespace {

// Both gradients are the same everywhere: (3, −2).
const std::string linear = "param w = 2\nparam v = 1\nL = 3*w - 2*v\n";
const std::string linear_program = R"(printf '{"dL/dw": 3, "dL/dv": -2}')";

// ∂L/∂w = 2(w − 3), which is −4 at the lesson's w and elsewhere something else.
const std::string square = "param w = 1\nL = (w - 3)**2\n";

// Prints factor·(w − 3), with the w of the problem that it reads.
std::string times_w(const std::string& factor) {
  return R"(sed -n 's/.*"w": \([-+0-9.e]*\).*/\1/p' | awk '{printf "{\"dL/dw\": %.17g}", )" +
         factor + " * ($1 - 3)}'";
}

// A small program in a file: what it is called in messages is then short.
std::string program(const NeuronFolder& folder, const std::string& body) {
  folder.write("net.sh", body);
  return "sh net.sh";
}

void check_error(const ProgramRun& run, const std::string& message) {
  INFO(run.output << run.errors);
  CHECK(run.status == 2);
  CHECK(run.output.empty());
  CHECK(run.errors == "tracer: error: " + message + "\n");
}

}  // namespace

TEST_CASE("check --program: a right program is right at every point", "[cli][program]") {
  const NeuronFolder constants(linear);
  const ProgramRun run = constants.check({"--program", linear_program});
  INFO(run.errors);
  CHECK(run.status == 0);
  CHECK(run.output.starts_with("The gradients of L in " + linear_program + "\n"));
  CHECK(has(run.output, "\n  asked at 3 points: the lesson's own, and random ones\n"));
  CHECK(run.output.ends_with("\nAll claimed gradients are right.\n"));
  // one that computes with what it is told
  const NeuronFolder folder(square);
  for (const std::string points : {"1", "2", "10"}) {
    for (const std::string seed : {"0", "77"}) {
      CAPTURE(points, seed);
      const ProgramRun there =
          folder.check({"--program", times_w("2"), "--points", points, "--seed", seed});
      INFO(there.output << there.errors);
      CHECK(there.status == 0);
    }
  }
  CHECK(folder.check({"--program", times_w("2.0001")}).status == 1);
}

TEST_CASE("check --program: what is right at the lesson's numbers by luck is wrong at others",
          "[cli][program]") {
  const NeuronFolder folder(square);
  const std::string lucky = times_w("2 * $1");  // w = 1
  const ProgramRun once = folder.check({"--program", lucky, "--points", "1"});
  CHECK(once.status == 0);
  CHECK_FALSE(has(once.output, "asked at"));
  const ProgramRun run = folder.check({"--program", lucky});
  CHECK(run.status == 1);
  CHECK(has(run.output, "∂L/∂w    1×1    wrong"));
}

TEST_CASE("check --program: the program is started once for each point, with the problem as JSON",
          "[cli][program]") {
  const NeuronFolder folder(linear);
  const std::string command = program(
      folder, "cat >> asked.txt\necho >> asked.txt\necho = >> asked.txt\n" + linear_program);
  REQUIRE(folder.check({"--program", command, "--points", "4"}).status == 0);
  const std::string asked = read_text(folder.path() / "asked.txt");
  std::vector<nlohmann::json> problems;
  for (std::size_t begin = 0; begin < asked.size();) {
    const std::size_t end = asked.find("\n=\n", begin);
    REQUIRE(end != std::string::npos);
    problems.push_back(nlohmann::json::parse(asked.substr(begin, end - begin)));
    begin = end + 3;
  }
  REQUIRE(problems.size() == 4);
  CHECK(problems[0].at("schema") == 1);
  CHECK(problems[0].at("loss") == "L");
  CHECK(problems[0].at("wanted") == nlohmann::json{"L", "dL/dw", "dL/dv"});
  CHECK(problems[0].at("params") == nlohmann::json{{"w", 2.0}, {"v", 1.0}});
  for (std::size_t i = 1; i < problems.size(); ++i)
    CHECK(problems[i].at("params") != problems[i - 1].at("params"));
}

TEST_CASE("check --program: a program that dies is shown with what it said", "[cli][program]") {
  const NeuronFolder folder;
  const auto run = [&](const std::string& body) {
    return folder.check({"--program", program(folder, body)});
  };
  check_error(run("echo broken >&2; exit 3"),
              "program 'sh net.sh' ended with status 3; its standard error ends so:\n  broken");
  check_error(run("exit 1"),
              "program 'sh net.sh' ended with status 1; it said nothing on its standard error");
  // the right answer does not help where the program fails after it
  check_error(run("printf '" + right_claim + "'; exit 4"),
              "program 'sh net.sh' ended with status 4; it said nothing on its standard error");
  // exec, so that no shell stands between that would end with status 137
  const ProgramRun killed = folder.check({"--program", "exec sh -c 'kill -KILL $$'"});
  CHECK(killed.status == 2);
  CHECK(has(killed.errors, "was ended by signal 9"));
  CHECK(has(folder.check({"--program", "./no-such-program"}).errors,
            "ended with status 127: the shell does not find it"));
}

TEST_CASE("check --program: a program that hangs is ended when its time is over",
          "[cli][program]") {
  const NeuronFolder folder;
  const auto begin = std::chrono::steady_clock::now();
  check_error(folder.check({"--program", "sleep 100", "--seconds", "0.3"}),
              "program 'sleep 100' gave no answer within 0.3 s, and was ended; it has to read one "
              "JSON text to the end of its standard input, print its answer, and end; it said "
              "nothing on its standard error");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(30));
}

TEST_CASE("check --program: an answer is JSON, and that of this lesson", "[cli][program]") {
  const NeuronFolder folder;
  const auto answer = [&](const std::string& text) {
    folder.write("answer.txt", text);
    return folder.check({"--program", "cat answer.txt"});
  };
  // the neuron's gradients at its own numbers only: asked once they are right
  folder.write("answer.txt", right_claim);
  CHECK(folder.check({"--program", "cat answer.txt", "--points", "1"}).status == 0);
  CHECK(has(answer(right_claim).errors, "it does not read its"));
  const std::string people =
      "what is for people belongs on standard error (in Python: print(..., file=sys.stderr))";
  check_error(answer("epoch 1\n" + right_claim),
              "program 'cat answer.txt' printed 'epoch 1' before its JSON; " + people);
  check_error(answer(right_claim + "\ndone\n"),
              "program 'cat answer.txt' printed 'done' after its JSON; " + people);
  const std::string expected =
      R"(expected nothing but its gradients as JSON, as in {"L": 0.5, "dL/dW1": [[1, 2]]})";
  check_error(answer("loss 0.5\n"),
              "program 'cat answer.txt' printed no JSON but 'loss 0.5'; " + expected);
  check_error(answer(""), "program 'cat answer.txt' printed nothing; " + expected);
  check_error(answer("{\"dL/dw\": [[1, "),
              "the answer of 'cat answer.txt' is cut short: it ends in line 1, in dL/dw; write it "
              "again");
  CHECK(has(answer(R"({"dL/dw": [[1, Infinity]]})").errors, "dL/dw has inf"));
  // another network's
  check_error(answer(R"({"dL/dw": [[1, 2, 3]], "dL/db": 1})"),
              "dL/dw is 1×3 in cat answer.txt, w is 1×2 in the lesson; a gradient has the shape of "
              "what it belongs to; if your w is 1×3, change the lesson, or hand it over with "
              "--params");
  check_error(answer(R"({"dL/dQ": [[1, 2]]})"),
              "cat answer.txt: dL/dQ belongs to nothing in my.lesson, whose parameters are w, b; "
              "call their gradients dL/dw and so on");
}

TEST_CASE("check --program: a program prints the same names at every point", "[cli][program]") {
  // asked for the first time it makes a folder
  const auto prints = [&](const std::string& first, const std::string& then) {
    const NeuronFolder folder("param w = 1\nz1 = 2*w\nL = (z1 - 3)**2\n");
    return folder.check(
        {"--program", program(folder, "if mkdir asked 2>/dev/null; then printf '" + first +
                                          "'; else printf '" + then + "'; fi")});
  };
  const std::string one = R"({"dL/dw": -4})";
  const std::string two = R"({"dL/dw": -4, "dL/dz1": -2})";
  check_error(prints(two, one),
              "program 'sh net.sh' prints dL/dz1 at the lesson's own numbers, and not at a random "
              "point; it has to print the same names at every point that it is asked at");
  check_error(prints(one, two),
              "program 'sh net.sh' prints dL/dz1 at a random point, and not at the lesson's own "
              "numbers; it has to print the same names at every point that it is asked at");
}

TEST_CASE("check --program: a mistake is named at several points at once, and in JSON",
          "[cli][program]") {
  const NeuronFolder folder(square);
  const ProgramRun run =
      folder.check({"--program", times_w("-2"), "--format", "json", "--points", "5"});
  CHECK(run.status == 1);
  const auto json = nlohmann::json::parse(run.output);
  CHECK(json.at("source") == times_w("-2"));
  CHECK(json.at("remarks") ==
        nlohmann::json{"asked at 5 points: the lesson's own, and random ones"});
  CHECK(json.at("arrays").at(0).at("factor") == -1.0);
  CHECK(json.at("accounts").at(0).at("mistakes").at(0).at("id") == "sign");
}

TEST_CASE("check --program: a mistake that shows at random points only is named there",
          "[cli][program]") {
  // the leak is lost, which does not show at the lesson's w
  const NeuronFolder folder("param w = 2\nL = 3*leaky_relu(w)\n");
  const ProgramRun run = folder.check(
      {"--points", "8", "--program",
       R"(sed -n 's/.*"w": \([-+0-9.e]*\).*/\1/p' | awk '{printf "{\"dL/dw\": %d}", ($1 > 0 ? 3 : 0)}')"});
  INFO(run.output << run.errors);
  CHECK(run.status == 1);
  CHECK(has(run.output, "Wrong, and this is why:\n\n  L (line 2): "));
  // claimed, right, and with that mistake, all at a point where w is below 0
  CHECK(has(run.output, "[0, 0]        0   0.03                  0\n"));
}

TEST_CASE("check --program without a lesson: gradients against differences of its own loss",
          "[cli][program]") {
  const NeuronFolder folder;
  folder.write("w.json", R"({"w": [0.5, -1.25], "b": 2})");
  // L = w0² + w0·w1 + b³; of b the gradient is k·b²
  const auto with = [&](const std::string& k, const std::string& format) {
    return R"(tr -d ' \n' | sed 's/.*"w":\[\[*//; s/[^-+0-9.e]/ /g' | awk '{printf "{\"loss\": )" +
           format + R"(, \"dw\": [)" + format + ", " + format + R"(], \"db\": )" + format +
           R"(}", $1*$1 + $1*$2 + $3*$3*$3, 2*$1 + $2, $1, )" + k + R"(*$3*$3}')";
  };
  const auto check = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"check", "--params", "w.json", "--entries", "all", "--program"});
    return run_program(more, folder.path());
  };
  const ProgramRun right = check({with("3", "%.17g")});
  INFO(right.output << right.errors);
  CHECK(right.status == 0);
  CHECK(has(right.output, "\nRight: 3 of the 3 entries that were compared are right.\n"));
  const ProgramRun wrong = check({with("2", "%.17g"), "--format", "json"});
  CHECK(wrong.status == 1);
  const auto json = nlohmann::json::parse(wrong.output);
  CHECK(json.at("verdict") == "wrong");
  CHECK(json.at("entries").at(2).at("verdict") == "wrong");
  CHECK(std::abs(json.at("entries").at(2).at("difference quotient").get<double>() - 12) < 1e-6);
  // a loss of eight digits is not blamed on the gradient
  CHECK(check({with("3", "%.8g"), "--precision", "float32"}).status == 0);
  CHECK(check({with("2", "%.8g"), "--precision", "float32"}).status == 1);
  // of b nothing is printed, and nothing can be told
  const ProgramRun missing = check(
      {R"(tr -d ' \n' | sed 's/.*"w":\[\[*//; s/[^-+0-9.e]/ /g' | awk '{printf "{\"loss\": %.17g, \"dw\": [%.17g, %.17g]}", $1*$1 + $1*$2 + $3*$3*$3, 2*$1 + $2, $1}')"});
  CHECK(has(missing.output, "No gradient is printed of b."));
  CHECK(missing.status == 3);
  check_error(
      check({"echo '{\"dw\": [1, 2]}'"}),
      "program 'echo '{\"dw\": [1, 2]}'' prints no loss; it has to print \"L\", one number");
  check_error(run_program({"check", "--program", "true"}, folder.path()),
              "without a lesson --program wants --params FILE: the numbers at which the program is "
              "asked for its loss and its gradients");
}

}  // namespace tracer
