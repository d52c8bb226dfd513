// tracer check with somebody's gradients in a file, as somebody at a terminal sees it: exit
// statuses, pages, JSON, and what is wrong with the file or the command line.
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "datasets/npz.hpp"
#include "tests/catch.hpp"
#include "tests/cli/neuron_claims.hpp"

namespace tracer {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

void check_error(const ProgramRun& run, const std::string& message) {
  INFO(run.output << run.errors);
  CHECK(run.status == 2);
  CHECK(run.output.empty());
  CHECK(run.errors == "tracer: error: " + message + "\n");
}

NpyArray doubles(std::vector<std::int64_t> shape, std::vector<double> values) {
  return {std::move(shape), "f8", std::move(values)};
}

// grads.npz of the right gradients
void write_right_npz(const fs::path& path) {
  write_npz(path, {{"dL/dw", doubles({1, 2}, {1.5, 5})}, {"dL/db", doubles({}, {1})}});
}

}  // namespace

TEST_CASE("check --claimed: right is 0, wrong is 1, what can't be told is 3", "[cli][claims]") {
  const NeuronFolder folder;
  const ProgramRun right = folder.claim(right_claim);
  CHECK(right.status == 0);
  CHECK(right.errors.empty());
  CHECK(right.output.starts_with("A neuron\nThe gradients of L in c.json: step 1, 2 of 2 samples"));
  CHECK(right.output.ends_with("\n\nAll claimed gradients are right.\n"));
  const ProgramRun wrong = folder.claim(wrong_claim);
  CHECK(wrong.status == 1);
  CHECK(wrong.errors.empty());
  CHECK(has(wrong.output, "∂L/∂b    1×1    right "));
  CHECK(has(wrong.output, "∂L/∂w    1×2    wrong "));
  CHECK(has(wrong.output,
            "Wrong, and not by one of the mistakes that tracer knows.\n"
            "  Right are ∂L/∂b.\n"
            "  The first error lies on the way back through Z (line 5).\n"
            "  Whether the forward pass is the same, gradients alone can't tell: claim its values "
            "too, by the\n"
            "  names of the lesson's lines.\n"
            "\n"
            "∂L/∂w   claimed  right\n"
            "──────  ───────  ─────\n"
            "[0, 0]      1.5    1.5\n"
            "[0, 1]     5.25      5\n"));
  const ProgramRun twice = folder.claim(R"({"dL/dw": [[3, 10]], "dL/db": 2})");
  CHECK(twice.status == 1);
  CHECK(has(twice.output, "Right up to a factor"));
  const ProgramRun loss = folder.claim(R"({"dL/dw": [[1.5, 5]], "dL/db": 1, "L": 10})");
  CHECK(loss.status == 1);
  CHECK(has(loss.output, "The forward pass differs already: L is not what the lesson computes."));
  // float32 weights that moved by a few of their own roundings: the gradient is left open
  const auto weights = [](float w0, float w1, float b) {
    const NpyArray w{{1, 2}, "f4", std::vector<float>{w0, w1}};
    return std::vector<NamedNpy>{{"w", w}, {"b", {{}, "f4", std::vector<float>{b}}}};
  };
  write_npz(folder.path() / "w0.npz", weights(1, 2, 0.5F));
  write_npz(folder.path() / "w1.npz", weights(1 - 1.5e-7F, 2 - 5e-7F, 0.5F - 1e-7F));
  const ProgramRun open = folder.check({"--before", "w0.npz", "--after", "w1.npz", "--lr", "1e-7"});
  INFO(open.output << open.errors);
  CHECK(open.status == 3);
  CHECK(has(open.output, "This can't be told"));
}

TEST_CASE("check --claimed: what is not claimed is said, and what belongs to nothing",
          "[cli][claims]") {
  const NeuronFolder folder;
  const ProgramRun missing = folder.claim(R"({"dL/dw": [[1.5, 5]]})");
  CHECK(missing.status == 0);
  CHECK(has(missing.output, "\n  no gradient is claimed for b\n"));
  const ProgramRun extra =
      folder.claim(R"({"dL/dw": [[1.5, 5]], "dL/db": 1, "dL/dW7": [1, 2], "epoch": 3})");
  CHECK(extra.status == 3);  // it may be wrong
  CHECK(has(extra.output, "\n  left alone, for the lesson has no such value: dL/dW7, epoch\n"));
  CHECK(has(extra.output, "that is 2 of 3 arrays; dL/dW7 could not be matched"));
  const ProgramRun turned = folder.claim(R"({"dL/dw": [[1.5], [5]], "dL/db": 1})");
  CHECK(turned.status == 0);
  CHECK(has(turned.output, "\n  dL/dw: stored as 2×1, the transpose\n"));
  check_error(folder.claim(R"({"dL/dV": [[1.5, 5]]})"),
              "c.json: dL/dV belongs to nothing in my.lesson, whose parameters are w, b; call "
              "their gradients dL/dw and so on");
}

TEST_CASE("check --claimed: a file that holds no gradients of the lesson is an error",
          "[cli][claims]") {
  const NeuronFolder folder;
  check_error(folder.claim(R"({"dL/dw": [[1.5, 5, 3]], "dL/db": 1})"),
              "dL/dw is 1×3 in c.json, w is 1×2 in the lesson; a gradient has the shape of what it "
              "belongs to; if your w is 1×3, change the lesson, or hand it over with --params");
  check_error(folder.claim(R"({"dL/dw": [[1.5, NaN]], "dL/db": 1})"),
              "c.json:1: dL/dw has nan at [0, 1]; nothing can be said of a gradient that is no "
              "number: look for a division by 0, the log of 0, or an exp that is too large");
  check_error(folder.claim(R"({"dL/dw": [[1.5, )"),
              "c.json is cut short: it ends in line 1, in dL/dw; write it again");
  check_error(folder.claim("", "none.json"), "none.json: is empty");
  check_error(folder.check({"--claimed", "nowhere.npz"}), "nowhere.npz: there is no such file");
  check_error(folder.check({"--claimed", "."}), ".: is a folder, not a file");
  CHECK(has(folder.claim("\x80\x04K\x01.", "grads.pkl").errors, "is a pickle"));
  CHECK(has(folder.claim("\x80\x04K\x01.", "grads.json").errors, "is a pickle"));
}

TEST_CASE("check --claimed: a file of an unknown kind is read as what is in it", "[cli][claims]") {
  const NeuronFolder folder;
  CHECK(folder.claim(right_claim, "grads.xyz").status == 0);
  CHECK(folder.claim(wrong_claim, "grads").status == 1);
  CHECK(folder.claim("dL/dw\n1.5,5\ndL/db\n1\n", "grads.dat").status == 0);
  check_error(folder.claim("garbage", "picture.png"), "picture.png: no numbers follow 'garbage'");
}

TEST_CASE("check --claimed: NumPy's archives, whole and damaged", "[cli][claims]") {
  const NeuronFolder folder;
  const fs::path path = folder.path() / "grads.npz";
  write_right_npz(path);
  const ProgramRun right = folder.check({"--claimed", "grads.npz"});
  CHECK(right.status == 0);
  CHECK(has(right.output, "claims in float64"));
  const std::string whole = read_text(path);
  // wherever it is cut: an error that names it, and never an answer
  for (std::size_t kept : {whole.size() - 1, whole.size() / 2, std::size_t{40}, std::size_t{4}}) {
    CAPTURE(kept);
    const ProgramRun cut = folder.claim(whole.substr(0, kept), "cut.npz");
    CHECK(cut.status == 2);
    CHECK(cut.output.empty());
    CHECK(cut.errors.starts_with("tracer: error: cut.npz"));
  }
  // one damaged bit of the numbers: the archive has a checksum
  std::string damaged = whole;
  const std::string five("\0\0\0\0\0\0\x14\x40", 8);  // 5.0
  const std::size_t at = damaged.find(five);
  REQUIRE(at != std::string::npos);
  damaged[at] = '\x01';
  CHECK(folder.claim(damaged, "damaged.npz").status == 2);
  // NaN is said with its place
  write_npz(path, {{"dL/dw", doubles({1, 2}, {std::nan(""), 5})}, {"dL/db", doubles({}, {1})}});
  const ProgramRun nan = folder.check({"--claimed", "grads.npz"});
  CHECK(nan.status == 2);
  CHECK(has(nan.errors, "dL/dw has nan at [0, 0]"));
}

TEST_CASE("check --claimed: an array of objects could run code, and is refused", "[cli][claims]") {
  const NeuronFolder folder;
  const std::string header =
      "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }             \n";
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size());
  bytes += '\0';
  bytes += header + "\x80\x04K\x01.";
  const ProgramRun run = folder.claim(bytes, "w.npy");
  INFO(run.errors);
  CHECK(run.status == 2);
  CHECK(run.output.empty());
  CHECK(run.errors.starts_with("tracer: error: w.npy"));
  CHECK(has(run.errors, "object"));
}

TEST_CASE("check --claimed: flags that do not go together are an error, and so are empty ones",
          "[cli][claims]") {
  const NeuronFolder folder;
  folder.write("c.json", right_claim);
  check_error(folder.check({"--before", "c.json"}),
              "--before and --after go together: the weights on both sides of one update");
  check_error(folder.check({"--after", "c.json"}),
              "--before and --after go together: the weights on both sides of one update");
  check_error(folder.check({"--claimed", "c.json", "--program", "true"}),
              "--claimed, --program and --before/--after are three sources of gradients; give one");
  check_error(folder.check({"--lr", "0.1"}), "--lr goes with --before and --after");
  check_error(folder.check({"--precision", "float32"}),
              "--precision goes with --claimed, --program or --before");
  check_error(folder.check({"--params", "c.json"}),
              "--params and --data go with --claimed, --program or --before");
  check_error(folder.check({"--claimed", "c.json", "--make-problem", "to"}),
              "--make-problem writes a problem and checks nothing; leave the gradients out");
  check_error(folder.check({"--claimed", "c.json", "--precision", "float99"}),
              "there is no precision 'float99'; there are float64, float32, tf32, float16 and "
              "bf16");
  check_error(folder.check({"--claimed", "c.json", "--step", "2"}),
              "there is no step 2: the lesson has 1");
  check_error(folder.check({"--program", "true", "--seconds", "nan"}),
              "--seconds nan: expected a number");
  for (const auto& [flag, value] :
       std::vector<std::pair<std::string, std::string>>{{"--points", "0"},
                                                        {"--points", "101"},
                                                        {"--seconds", "0"},
                                                        {"--seconds", "soon"},
                                                        {"--format", "xml"},
                                                        {"--seed", "-1"},
                                                        {"--digits", "0"},
                                                        {"--color", "red"}}) {
    CAPTURE(flag, value);
    const ProgramRun run = folder.check({"--claimed", "c.json", flag, value});
    CHECK(run.status == 2);
    CHECK(run.output.empty());
    CHECK(has(run.errors, flag));
  }
}

TEST_CASE("check --before and --after: an update is a claim of its gradient", "[cli][claims]") {
  const NeuronFolder folder;
  folder.write("before.json", R"({"w": [[1, 2]], "b": 0.5})");
  folder.write("after.json", R"({"w": [[0.25, -0.5]], "b": 0})");  // lr = 0.5
  const std::vector<std::string> files{"--before", "before.json", "--after", "after.json"};
  const auto with = [&](const std::string& lr) {
    std::vector<std::string> arguments = files;
    if (!lr.empty()) arguments.insert(arguments.end(), {"--lr", lr});
    return folder.check(arguments);
  };
  const ProgramRun right = with("");
  CHECK(right.status == 0);
  CHECK(has(right.output, "The gradients of L in after.json"));
  CHECK(has(right.output, "\n  w: (w before − w after)/0.5\n"));
  CHECK(with("5e-1").status == 0);
  const ProgramRun half = with("0.25");
  CHECK(half.status == 1);
  CHECK(has(half.output, "2 times ours"));
  check_error(with("0"), "the learning rate must be above 0");
  check_error(with("-0.5"), "the learning rate must be above 0");
  check_error(with("nan"),
              "'nan' is not a number; numbers are written like 3, 0.01, .5, 1e-3 or 1_000");
  // computed at other weights than the lesson's: the gradients there are asked for
  folder.write("before.json", R"({"w": [[0, 0]], "b": 0})");
  CHECK(with("").status == 1);
  // ∂L/∂Z = (−1.5, −1)/2, ∂L/∂w = (−1, −1)
  folder.write("after.json", R"({"w": [[0.5, 0.5]], "b": 0.625})");
  CHECK(with("").status == 0);
  folder.write("after.json", R"({"w": [[0.5, 0.5]]})");
  check_error(with(""),
              "b is in before.json and not in after.json; both files have the same "
              "parameters");
}

TEST_CASE("check --params and --data: the claim is compared where it was computed",
          "[cli][claims]") {
  const NeuronFolder folder;
  // at w = 0, b = 0: see the update above
  folder.write("grads.json", R"({"dL/dw": [[-1, -1]], "dL/db": -1.25})");
  folder.write("at.json", R"({"w": [[0, 0]], "b": 0})");
  CHECK(folder.check({"--claimed", "grads.json"}).status == 1);
  CHECK(folder.check({"--claimed", "grads.json", "--params", "at.json"}).status == 0);
  // one sample, (1, 2) and 0.5: Z − y = 5, ∂L/∂w = (5, 10), ∂L/∂b = 5
  folder.write("grads.json", R"({"dL/dw": [[5, 10]], "dL/db": 5})");
  folder.write("data.json", R"({"X": [[1], [2]], "y": [[0.5]]})");
  CHECK(folder.check({"--claimed", "grads.json"}).status == 1);
  const ProgramRun run = folder.check({"--claimed", "grads.json", "--data", "data.json"});
  INFO(run.output << run.errors);
  CHECK(run.status == 0);
}

TEST_CASE("check --claimed: a layer with the gradient that comes from above", "[cli][claims]") {
  // Y = W·X, so ∂/∂W = dY·Xᵀ = (1·2 − 2·1, 1·3 − 2·(−1)), ∂/∂X = Wᵀ·dY
  const NeuronFolder folder(
      "param W = [[1, 3]]\ninput X = [[2, 1], [3, -1]]\ninput dY = [[1, -2]]\nY = W @ X\n"
      "grad Y wrt W, X with dY\n");
  CHECK(folder.claim(R"({"dW": [[0, 5]], "dX": [[1, -2], [3, -6]]})").status == 0);
  const ProgramRun forgotten = folder.claim(R"({"dW": [[3, 2]], "dX": [[1, 1], [3, 3]]})");
  CHECK(forgotten.status == 1);  // as if dY were 1 everywhere
  CHECK(has(forgotten.output, "∂L/∂W"));
  CHECK(folder.claim(R"({"dW": [[0, 5]], "dX": [[1, -2], [3, 6]]})").status == 1);
}

TEST_CASE("check --claimed --format json: every field that is documented", "[cli][claims]") {
  const NeuronFolder folder;
  folder.write("c.json", R"({"dL/dw": [[3, 10]], "b.grad": 2, "epoch": 7})");
  const ProgramRun run = folder.check({"--claimed", "c.json", "--format", "json"});
  CHECK(run.status == 1);
  CHECK(run.errors.empty());
  CHECK(run.output.ends_with("}\n"));
  const Json json = Json::parse(run.output);
  CHECK(json.at("schema") == 1);
  CHECK(json.at("title") == "A neuron");
  CHECK(json.at("source") == "c.json");
  CHECK(json.at("at") == "step 1, 2 of 2 samples");
  CHECK(json.at("loss") == "L");
  CHECK(json.at("verdict") == "factor");
  CHECK(json.at("missing").empty());
  CHECK(json.at("ignored") == Json{"epoch"});
  CHECK(json.at("remarks").is_array());
  CHECK(json.at("suspects").is_array());
  REQUIRE(json.at("arrays").size() == 2);
  const Json& b = json.at("arrays").at(0);
  CHECK(b.at("name") == "b");
  CHECK(b.at("claimed as") == "b.grad");
  CHECK(b.at("gradient") == true);
  CHECK(b.at("shape") == Json{1, 1});
  CHECK(b.at("precision") == "float64");
  CHECK(b.at("verdict") == "wrong");
  CHECK(b.at("digits") == 0);
  CHECK(b.at("factor") == 2.0);
  CHECK(b.at("cosine") == 1);
  CHECK(b.at("norm ratio").get<double>() == 1.0 / 3);
  CHECK(b.at("worst") == Json{{"at", {0, 0}}, {"claimed", 2.0}, {"right", 1.0}});
  CHECK(b.at("wrong").is_string());
  const Json& account = json.at("accounts").at(0);
  CHECK(account.at("entries") == 3);
  CHECK(account.at("unexplained").empty());
  const Json& mistake = account.at("mistakes").at(0);
  CHECK(mistake.at("id") == "scale");
  CHECK(mistake.at("lines").at(0) == Json{{"name", "Z"}, {"line", 5}});
  CHECK(mistake.at("factor") == 2.0);
  CHECK(mistake.at("everywhere") == false);
  CHECK(has(mistake.at("says"), "the gradient of Z is 2 times what it should be"));
  // right and unnamed ones
  folder.write("c.json", right_claim);
  const Json right = Json::parse(folder.check({"--claimed", "c.json", "--format", "json"}).output);
  CHECK(right.at("verdict") == "right");
  CHECK(right.at("arrays").at(0).at("gradient") == false);
  CHECK_FALSE(right.at("arrays").at(0).contains("worst"));
  folder.write("c.json", R"({"dL/dw": [[1.5, 5.25]]})");
  const Json unnamed =
      Json::parse(folder.check({"--claimed", "c.json", "--format", "json"}).output);
  CHECK(unnamed.at("verdict") == "unnamed");
  CHECK(unnamed.at("missing") == Json{"b"});
  CHECK_FALSE(unnamed.at("suspects").empty());
}

TEST_CASE("check --claimed -o: the report goes to a file, whole or not at all", "[cli][claims]") {
  const NeuronFolder folder;
  folder.write("c.json", wrong_claim);
  const auto to = [&](const std::string& path) {
    return folder.check({"--claimed", "c.json", "-o", path});
  };
  const std::string page = folder.check({"--claimed", "c.json"}).output;
  const ProgramRun run = to("report.txt");
  CHECK(run.status == 1);  // of the gradients, not of the writing
  CHECK(run.output.empty());
  CHECK(run.errors.empty());
  CHECK(read_text(folder.path() / "report.txt") == page);
  CHECK(to("-").output == page);
  // through a file beside it that is renamed: a link to the old file keeps the old page
  write_text(folder.path() / "report.txt", "old");
  fs::create_hard_link(folder.path() / "report.txt", folder.path() / "kept.txt");
  CHECK(to("report.txt").status == 1);
  CHECK(read_text(folder.path() / "kept.txt") == "old");
  CHECK(read_text(folder.path() / "report.txt") == page);
  check_error(to("nowhere/report.txt"),
              "nowhere/report.txt can't be written: No such file or "
              "directory");
  check_error(to("."), ". can't be written: Is a directory");
  if (fs::exists("/dev/full"))
    check_error(to("/dev/full"), "/dev/full can't be written: No space left on device");
  std::vector<std::string> left = folder.files();
  std::ranges::sort(left);
  CHECK(left == std::vector<std::string>{"c.json", "kept.txt", "my.lesson", "report.txt"});
}

TEST_CASE("check --claimed: a name with control characters does not reach the terminal",
          "[cli][claims]") {
  const NeuronFolder folder;
  const ProgramRun run = folder.claim("{\"dL/dw\": [[1.5, 5]], \"a\\u001b[31mb\": 3}");
  CHECK_FALSE(has(run.output, "\x1b"));
  CHECK(has(run.output, "left alone, for the lesson has no such value: a\ufffd[31mb\n"));
  const ProgramRun error = folder.claim("{\"\\u001b[31mc\": 3}");
  CHECK(error.status == 2);
  CHECK_FALSE(has(error.errors, "\x1b"));
  // C2 9B is CSI, as ESC [ is
  const ProgramRun csi = folder.claim(
      "{\"\xc2\x9b"
      "31mc\": 3}");
  CHECK(csi.status == 2);
  CHECK_FALSE(has(csi.errors, "\xc2\x9b"));
  CHECK(has(csi.errors, "\ufffd31mc"));
}

TEST_CASE("a remark with control characters does not reach the terminal", "[cli][claims]") {
  const NeuronFolder folder;
  folder.write("b.txt", "dL/db = 1\n");
  const ProgramRun run = run_program({"grade", "my.lesson", "b.txt",
                                      "a\xc2\x9b"
                                      "31m.txt"},
                                     folder.path());
  CHECK_FALSE(has(run.errors, "\xc2\x9b"));
  CHECK(has(run.errors, "a\ufffd31m.txt: there is no such file"));
}

TEST_CASE("README: the page of find-the-bug is what tracer prints", "[cli][claims]") {
  const ProgramRun run =
      run_program({"check", "find-the-bug", "--claimed", "lessons/find-the-bug/grads.json"},
                  lessons_folder().parent_path());
  CHECK(run.status == 1);
  const std::string readme = read_text(lessons_folder().parent_path() / "README.md");
  const std::string command =
      "$ tracer check find-the-bug --claimed lessons/find-the-bug/grads.json\n...\n";
  const std::size_t begin = readme.find(command);
  REQUIRE(begin != std::string::npos);
  const std::size_t from = begin + command.size();
  const std::string shown = readme.substr(from, readme.find("```", from) - from);
  CHECK(shown.size() > 300);
  INFO(run.output);
  CHECK(has(run.output, shown));
}

}  // namespace tracer
