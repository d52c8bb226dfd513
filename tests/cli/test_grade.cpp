// tracer grade as a command: statuses, files, a class, and what is wrong with its input.
#include <filesystem>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"

namespace tracer {
namespace {

namespace fs = std::filesystem;

const std::string right_answers = "sample 2:\nz1 = 2.06\ndL/dw1 = -3.8328\nb2 = 0.0388\n";
const std::string wrong_answers =
    "sample 2:\nz1 = 2.06\ndL/dw1 = 3.8328\nb2 = 0.0387\nw1 = 1.0700\nJane\n";

std::string file(const TemporaryFolder& folder, const std::string& name, const std::string& text) {
  const fs::path path = folder.path() / name;
  write_text(path, text);
  return path.string();
}

}  // namespace

TEST_CASE("grade: 0 where all is right or follows, 1 where something is wrong", "[cli][grade]") {
  const TemporaryFolder folder;
  const ProgramRun right =
      run_program({"grade", "relu-1-1-1", file(folder, "a.txt", right_answers)});
  CHECK(right.status == 0);
  CHECK(right.output ==
        "Sample 2\n"
        "  z1 = 2.06         right\n"
        "  dL/dw1 = -3.8328  right\n"
        "  b2 = 0.0388       right\n"
        "\n"
        "3 right, 0 follow, 0 wrong: 3/3\n"
        "3 of 45 lines answered; what is left out is not counted as wrong (3/45 where it is)\n"
        "nothing for Sample 1 and Sample 3\n");
  const ProgramRun wrong =
      run_program({"grade", "relu-1-1-1", file(folder, "b.txt", wrong_answers)});
  CHECK(wrong.status == 1);
  CHECK(
      has(wrong.output, "dL/dw1 = 3.8328  wrong: (−1.916376)(2) = −3.8328; the sign is turned\n"));
  CHECK(has(wrong.output, "  line 6: Jane   there is no = in it\n"));
}

TEST_CASE("grade: input that can't be marked is an error with exit status 2", "[cli][grade]") {
  const TemporaryFolder folder;
  const std::string good = file(folder, "good.txt", right_answers);
  const auto error = [&](const std::vector<std::string>& arguments) {
    const ProgramRun run = run_program(arguments);
    CHECK(run.status == 2);
    CHECK(run.output.empty());
    return run.errors;
  };
  CHECK(has(error({"grade", "relu-1-1-1", file(folder, "empty.txt", "")}), "the file is empty"));
  CHECK(has(error({"grade", "relu-1-1-1",
                   file(folder, "noise.txt", std::string("\x7f\x45\0\xff\xfe", 5))}),
            "UTF-8"));
  CHECK(has(error({"grade", "relu-1-1-1", file(folder, "prose.txt", "Dear teacher,\nsorry.\n")}),
            "nothing in it can be read; line 1: there is no = in it"));
  CHECK(has(error({"grade", "relu-1-1-1", file(folder, "nan.txt", "sample 1: z1 = nan\n")}),
            "'nan' is no number"));
  CHECK(has(error({"grade", "relu-1-1-1", file(folder, "other.txt", "sample 7: z1 = 1\n")}),
            "there is no sample 7: the lesson has 3"));
  CHECK(has(error({"grade", "relu-1-1-1", folder.path().string()}), "this is a directory"));
  CHECK(has(error({"grade", "relu-1-1-1", "/nowhere/at/all.txt"}), "there is no such file"));
  CHECK(has(error({"grade", "relu-1-1-1"}), "grade wants an answers file"));
  CHECK(has(error({"grade", "skip-connection", good}), "the lesson has no numbers"));
  CHECK(has(error({"grade", "relu-1-1-1", "--blank", good}), "takes no answers"));
  CHECK(has(error({"grade", "relu-1-1-1", good, "--round", "x"}), "is not a rounding"));
  CHECK(has(error({"grade", "relu-1-1-1", good, "--scheme", file(folder, "s.txt", "z9 = 1\n")}),
            "s.txt, line 1: the lesson has no z9"));
  CHECK(has(error({"grade", "no-such-lesson", good}), "no shipped lesson"));
}

TEST_CASE("grade: a hint gives no value away", "[cli][grade]") {
  const ProgramRun run =
      run_program({"grade", "marking", (lessons_folder() / "marking" / "r1.answers").string(),
                   "--round", "4", "--hint"});
  CHECK(run.status == 1);
  CHECK(has(run.output, "b1 = 0.0389       wrong: is it swapped with b2?\n"));
  CHECK(
      has(run.output, "w2 = 1.1087       right, rounded carelessly: off by one in the last digit"));
  for (const std::string value : {"0.0392", "0.0388", "5.0084", "1.1088"}) {
    CAPTURE(value);
    CHECK_FALSE(has(run.output, value));
  }
}

TEST_CASE("grade: the blank form is an answers file", "[cli][grade]") {
  const TemporaryFolder folder;
  const ProgramRun blank = run_program({"grade", "relu-1-1-1", "--blank"});
  CHECK(blank.status == 0);
  std::string form = blank.output;
  const auto place = form.find("  z1 = \n", form.find("Sample 2:"));
  REQUIRE(place != std::string::npos);
  form.insert(place + 7, "2.06");
  const ProgramRun run = run_program({"grade", "relu-1-1-1", file(folder, "form.txt", form)});
  CHECK(run.status == 0);
  CHECK(has(run.output, "Sample 2\n  z1 = 2.06  right\n"));
  CHECK(has(run.output, "1 of 45 lines answered"));
  const std::string path = (folder.path() / "written.txt").string();
  CHECK(run_program({"grade", "relu-1-1-1", "--blank", "-o", path}).status == 0);
  CHECK(read_text(path) == blank.output);
}

TEST_CASE("grade: a class gets a table, a CSV, and a file of feedback each", "[cli][grade]") {
  const TemporaryFolder folder;
  const std::string ada = file(folder, "ada.txt", right_answers);
  const std::string bob = file(folder, "bob, jr.txt", wrong_answers);
  const std::string cyd = file(folder, "cyd.txt", wrong_answers);
  const std::string csv = (folder.path() / "marks.csv").string();
  const fs::path returned = folder.path() / "returned";
  const ProgramRun run = run_program(
      {"grade", "relu-1-1-1", ada, bob, cyd, "--csv", csv, "--feedback", returned.string()});
  CHECK(run.status == 1);
  CHECK(has(run.output, "ada        3/3      3       0      0"));
  CHECK(has(run.output, "Went wrong most often\n  Sample 2: ∂L/∂w1: 2 of 3 (sign: 2)\n"));
  const std::vector<std::string> lines = lines_of(read_text(csv));
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "name,marks,of,right,careless,follow,wrong,answered,asked,unread,went_wrong\r");
  CHECK(lines[1] == "ada,3,3,3,0,0,0,3,45,0,\r");
  CHECK(lines[2].starts_with("\"bob, jr\",2,4,2,1,0,2,4,45,1,"));
  CHECK(read_text(returned / "ada.txt") == run_program({"grade", "relu-1-1-1", ada}).output);
  CHECK(std::distance(fs::directory_iterator(returned), {}) == 3);
}

TEST_CASE("grade: one bad file of a class does not cost the others their marks", "[cli][grade]") {
  const TemporaryFolder folder;
  const std::string csv = (folder.path() / "marks.csv").string();
  const fs::path returned = folder.path() / "returned";
  const std::string missing = (folder.path() / "eva.txt").string();
  const std::vector<std::string> files{"grade",
                                       "relu-1-1-1",
                                       file(folder, "ada.txt", right_answers),
                                       file(folder, "bob.txt", "nothing"),
                                       missing,
                                       file(folder, "cyd.txt", right_answers)};
  std::vector<std::string> arguments = files;
  for (const std::string& more :
       {std::string("--csv"), csv, std::string("--feedback"), returned.string()})
    arguments.push_back(more);
  const ProgramRun run = run_program(arguments);
  CHECK(run.status == 2);
  CHECK(run.output ==
        "name  marks  right  follow  wrong  careless  answered of all  went wrong\n"
        "────  ─────  ─────  ──────  ─────  ────────  ───────────────  ──────────\n"
        "ada     3/3      3       0      0         0             3/45\n"
        "bob                                                     0/45  unreadable\n"
        "eva                                                     0/45  unreadable\n"
        "cyd     3/3      3       0      0         0             3/45\n");
  CHECK(has(run.errors, "bob.txt: nothing in it can be read"));
  CHECK(has(run.errors, "eva.txt: there is no such file"));
  const std::vector<std::string> lines = lines_of(read_text(csv));
  REQUIRE(lines.size() == 5);
  CHECK(lines[2] == "bob,,,,,,,0,45,,unreadable\r");
  CHECK(lines[4] == "cyd,3,3,3,0,0,0,3,45,0,\r");
  CHECK(has(read_text(returned / "bob.txt"), "Nothing of this could be marked: "));
  arguments = files;
  arguments.push_back("--format=json");
  const auto json = nlohmann::json::parse(run_program(arguments).output);
  CHECK(json.at("students").size() == 4);
  CHECK(json.at("students").at(0).at("unreadable").dump() == "null");
  CHECK(has(json.at("students").at(1).at("unreadable").dump(), "nothing in it can be read"));
}

TEST_CASE("grade: a wild value is wrong and does not end the run", "[cli][grade]") {
  const TemporaryFolder folder;
  const std::string lesson =
      file(folder, "neuron.lesson",
           "param w = 0.5\ninput x = 1\ninput y = 1\nz = w*x\na = sigmoid(z)\nL = bce(a, y)\n");
  for (const std::string& wild :
       {std::string("-1e400"), std::string("1e400"), std::string(300, '7')}) {
    const ProgramRun run =
        run_program({"grade", lesson, file(folder, "a.txt", "z = " + wild + "\nL = 1\n")});
    CAPTURE(wild, run.output, run.errors);
    CHECK(run.status == 1);
    CHECK(run.errors.empty());
  }
}

TEST_CASE("grade: files of one name are told apart by their folders", "[cli][grade]") {
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "ada");
  fs::create_directories(folder.path() / "bob");
  const ProgramRun run =
      run_program({"grade", "relu-1-1-1", file(folder, "ada/hw.txt", right_answers),
                   file(folder, "bob/hw.txt", right_answers)});
  CHECK(run.status == 0);
  CHECK(has(run.output, "ada-hw"));
  CHECK(has(run.output, "bob-hw"));
}

TEST_CASE("grade: --format json has every field that is documented", "[cli][grade]") {
  const TemporaryFolder folder;
  const std::string answers = file(folder, "bob.txt", wrong_answers);
  const ProgramRun run = run_program({"grade", "relu-1-1-1", answers, "--format", "json"});
  CHECK(run.status == 1);
  const auto json = nlohmann::json::parse(run.output);
  CHECK(json.at("schema").dump() == "1");
  const auto& student = json.at("students").at(0);
  CHECK(student.at("name").dump() == "\"bob\"");
  CHECK(student.at("marks").dump() == "2");
  CHECK(student.at("wrong").dump() == "2");
  CHECK(student.at("careless").dump() == "1");
  CHECK(student.at("unread").at(0).at("line").dump() == "6");
  const auto& line = student.at("lines").at(1);
  CHECK(line.at("name").dump() == "\"dL/dw1\"");
  CHECK(line.at("mark").dump() == "\"wrong\"");
  CHECK(line.at("wanted").dump() == "\"−3.8328\"");
  CHECK(line.at("slips").dump() == "[\"sign\"]");
  CHECK(line.at("step").dump() == "2");
  const ProgramRun hint =
      run_program({"grade", "relu-1-1-1", answers, "--format", "json", "--hint"});
  CHECK(nlohmann::json::parse(hint.output)
            .at("students")
            .at(0)
            .at("lines")
            .at(1)
            .at("wanted")
            .dump() == "null");
}

TEST_CASE("grade: a scheme weighs the lines", "[cli][grade]") {
  const TemporaryFolder folder;
  const std::string scheme =
      file(folder, "scheme.txt", "# marks\ndefault = 1\ndL/dw1 = 2\ncareless = 0.5\n");
  const ProgramRun run = run_program(
      {"grade", "relu-1-1-1", file(folder, "b.txt", wrong_answers), "--scheme", scheme});
  CHECK(has(run.output, "2 right, 0 follow, 2 wrong: 1.5/5\n"));
}

TEST_CASE("grade: control characters of a file do not reach the terminal", "[cli][grade]") {
  const TemporaryFolder folder;
  const ProgramRun run = run_program(
      {"grade", "relu-1-1-1", file(folder, "a.txt", right_answers + "\x1b[31m\x07 evil\n")});
  CHECK_FALSE(has(run.output, "\x1b"));
  CHECK_FALSE(has(run.output, "\x07"));
}

TEST_CASE("grade: colour is for terminals, and can be asked for", "[cli][grade]") {
  const TemporaryFolder folder;
  const std::string answers = file(folder, "a.txt", right_answers);
  CHECK_FALSE(has(run_program({"grade", "relu-1-1-1", answers}).output, "\x1b["));
  CHECK(has(run_program({"grade", "relu-1-1-1", answers, "--color", "always"}).output, "\x1b["));
}

}  // namespace tracer
