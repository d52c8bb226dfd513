// tracer check --claimed and its like at the command line: flags that are empty or do not go
// together, files that never end, and how a report says what the numbers were written with.
#include <sys/stat.h>

#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"

namespace tracer {
namespace {

struct Folder {
  TemporaryFolder folder;
  Folder() {
    write_text(folder.path() / "my.lesson",
               "param W = [[1, 2], [3, 4]]\nparam b = [0.5, -1]\ninput X = [[1], [2]]\n"
               "L = sum((W @ X + b)**2)\n");
    // Z = [5.5, 10]
    write_text(folder.path() / "g.json", R"({"dL/dW": [[11, 22], [20, 40]], "dL/db": [11, 20]})");
    write_text(folder.path() / "half.json",
               R"({"dL/dW": [[11, 22], [20, 40]], "dL/db": [11, 21]})");
  }
  ProgramRun check(std::vector<std::string> more) const {
    more.insert(more.begin(), {"check", "my.lesson"});
    return run_program(more, folder.path());
  }
  void fails(const std::vector<std::string>& more, const std::string& message) const {
    const ProgramRun run = check(more);
    INFO(run.output << run.errors);
    CHECK(run.status == 2);
    CHECK(run.output.empty());
    CHECK(has(run.errors, message));
  }
};

}  // namespace

TEST_CASE("check claims: an empty flag is an error that names it", "[cli][check]") {
  const Folder folder;
  for (const std::string flag : {"--claimed", "--program", "--before", "--after", "--params",
                                 "--data", "--lr", "--precision", "--make-problem"}) {
    CAPTURE(flag);
    folder.fails({flag, ""}, flag + ": is empty; expected ");
    folder.fails({flag, "  "}, flag + ": is empty; expected ");
  }
  folder.fails({"--claimed", "g.json", "--params", ""}, "--params: is empty");
}

TEST_CASE("check claims: flags of the lesson's own check do not go with claims", "[cli][check]") {
  const Folder folder;
  for (const std::vector<std::string>& own : {std::vector<std::string>{"--order", "2"},
                                              {"--order", "1"},
                                              {"--dtype", "float"},
                                              {"--entries", "2"},
                                              {"--errors-by-h"}}) {
    for (const std::vector<std::string>& source : {std::vector<std::string>{"--claimed", "g.json"},
                                                   {"--program", "cat g.json"},
                                                   {"--before", "g.json", "--after", "g.json"}}) {
      std::vector<std::string> all = own;
      all.insert(all.end(), source.begin(), source.end());
      folder.fails(all, own[0] +
                            " belongs to the check of the lesson's own gradients, and does not go "
                            "with " +
                            source[0]);
    }
  }
}

TEST_CASE("check claims: --wrt judges what it names", "[cli][check]") {
  const Folder folder;
  CHECK(folder.check({"--claimed", "half.json"}).status == 1);
  const ProgramRun right = folder.check({"--claimed", "half.json", "--wrt", "W"});
  CHECK(right.status == 0);
  CHECK_FALSE(has(right.output, "∂L/∂b"));
  CHECK(folder.check({"--claimed", "half.json", "--wrt", "b"}).status == 1);
  CHECK(folder.check({"--program", "cat half.json", "--points", "1", "--wrt", "W"}).status == 0);
  folder.fails({"--claimed", "half.json", "--wrt", "V"}, "--wrt V: there is no such value");
}

TEST_CASE("check claims: what never ends, or is no file, is an error", "[cli][check]") {
  const Folder folder;
  folder.fails({"--claimed", "/dev/zero"}, "/dev/zero: is a device, not a file");
  folder.fails({"--claimed", "/dev/null"}, "/dev/null: is empty");
  folder.fails({"--claimed", "."}, ".: is a folder, not a file");
  folder.fails({"--params", "/dev/urandom", "--claimed", "g.json"}, "is a device, not a file");
  folder.fails({"--program", "cat /dev/zero"}, "printed more than 67108864 bytes, and was ended");
}

TEST_CASE("check claims: a pipe is read to its end", "[cli][check]") {
  const Folder folder;
  const std::string pipe = (folder.folder.path() / "pipe").string();
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  // the shell opens its end when the check opens the other
  const std::string command =
      "cat '" + (folder.folder.path() / "g.json").string() + "' > '" + pipe + "' &";
  REQUIRE(std::system(command.c_str()) == 0);
  CHECK(folder.check({"--claimed", "pipe"}).status == 0);
}

TEST_CASE("check claims: a program that does not read its parameters is told so", "[cli][check]") {
  const Folder folder;
  folder.fails({"--program", "cat g.json"},
               "program 'cat g.json' gives the same gradients at 3 different points: it does not "
               "read its parameters");
  CHECK(folder.check({"--program", "cat g.json", "--points", "1"}).status == 0);
}

TEST_CASE("check claims: zeros of float16 are right beside a 1, and can't be told alone",
          "[cli][check]") {
  const TemporaryFolder folder;
  const auto status = [&](const std::string& x, const std::string& halves) {
    write_text(folder.path() / "my.lesson",
               "param w = [1, 2]\ninput x = " + x + "\nL = sum(w*x)\n");
    const std::string header = R"({"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}})";
    const std::string length = std::string(1, static_cast<char>(header.size())) + std::string(7, 0);
    write_text(folder.path() / "g.safetensors", length + header + halves);
    return run_program({"check", "my.lesson", "--claimed", "g.safetensors"}, folder.path()).status;
  };
  const std::string one("\x00\x3c", 2), zero(2, 0);
  CHECK(status("[1, 1e-9]", one + zero) == 0);
  CHECK(status("[1, 1e-3]", one + zero) == 1);
  CHECK(status("[1e-9, 2e-9]", zero + zero) == 3);
}

TEST_CASE("check claims: the report says what numbers were written with", "[cli][check]") {
  const Folder folder;
  write_text(folder.folder.path() / "d.json",
             R"({"dL/dW": [[11.0001, 22], [20, 40]], "dL/db": [11.0000, 20.0001]})");
  const ProgramRun text = folder.check({"--claimed", "d.json"});
  CHECK(has(text.output, "; claims written with 4 decimals\n"));
  const ProgramRun json = folder.check({"--claimed", "d.json", "--format", "json"});
  CHECK(has(json.output, "\"written with\": \"4 decimals\""));
  write_text(folder.folder.path() / "e.json",
             R"({"dL/dW": [[11.000000000000002, 22], [20, 40]], "dL/db": [11, 20]})");
  CHECK(has(folder.check({"--claimed", "e.json"}).output, "; claims in float64\n"));
}

}  // namespace tracer
