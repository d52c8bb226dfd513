// Reading files, lines and columns, and how a mistake is drawn.
#include <filesystem>
#include <fstream>
#include <random>

#include "tests/catch.hpp"
#include "tracer/language/diagnostic.hpp"

using namespace tracer;

namespace {

// A file of its own for each test, gone at its end.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content) {
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_ = std::filesystem::temp_directory_path() /
                                ("tracer-" + std::to_string(std::random_device{}()) + ".lesson");
};

std::string error_of_reading(const std::filesystem::path& path) {
  try {
    read_source(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::string error_of_file(const std::string& content) {
  const TemporaryFile file(content);
  const std::string message = error_of_reading(file.path());
  const std::string name = file.path().string();
  return message.starts_with(name + ": ") ? message.substr(name.size() + 2) : message;
}

std::string drawn(const std::string& text, Span span, const std::string& remedy = "") {
  return render(Source("l", text), {Severity::error, span, "wrong", remedy});
}

}  // namespace

TEST_CASE("columns count code points, from 1", "[language][source]") {
  const Source source("l", "a = β\nzweite = ŷ+1\n");
  CHECK(source.line_count() == 3);
  CHECK(source.place(0) == Place{1, 1});
  CHECK(source.place(4) == Place{1, 5});
  CHECK(source.place(6) == Place{1, 6});  // the newline, after the two bytes of β
  CHECK(source.place(7) == Place{2, 1});
  CHECK(source.place(18) == Place{2, 11});
  CHECK(source.place(1000) == Place{3, 1});
  CHECK(source.line(1) == "a = β");
  CHECK(source.line(3).empty());
}

TEST_CASE("a byte order mark is dropped, and CRLF and CR become LF", "[language][source]") {
  const Source source("l",
                      "\xEF\xBB\xBF"
                      "a\r\nb\rc\n\r\n");
  CHECK(source.text() == "a\nb\nc\n\n");
  CHECK(source.line_count() == 5);
}

TEST_CASE("a file that is no lesson says why", "[language][source]") {
  CHECK(error_of_reading("no/such.lesson") ==
        "no/such.lesson: there is no such file; 'tracer lessons' lists the lessons that come with "
        "tracer");
  CHECK(error_of_reading("/") == "/: this is a directory; name a lesson in it");
  CHECK(error_of_file("") == "the lesson is empty; 'tracer lessons' lists some to start from");
  CHECK(error_of_file(std::string("a\nb\nc\0d", 7)) ==
        "not a text file: byte 0x00 at line 3; a lesson is plain text in UTF-8");
  CHECK(error_of_file("z = \xFF") ==
        "not a text file: byte 0xff at line 1; a lesson is plain text in UTF-8");
  CHECK(error_of_file("\xC0\x80") ==
        "not a text file: byte 0xc0 at line 1; a lesson is plain text in UTF-8");
  CHECK(error_of_file("\xED\xA0\x80") ==
        "not a text file: byte 0xed at line 1; a lesson is plain text in UTF-8");
  CHECK(error_of_file("\xFF\xFEz\0") == "this text is encoded as UTF-16; save it as UTF-8");
  CHECK(error_of_file(std::string((16u << 20) + 1, ' ')) ==
        "larger than 16 MiB; is this a lesson? Keep data in a file of its own and read it with "
        "csv(...) "
        "or npz(...)");
  const TemporaryFile good("z = 1\n");
  CHECK(read_source(good.path()).text() == "z = 1\n");
}

TEST_CASE("a mistake is drawn with its line, a caret and what to do", "[language][diagnostic]") {
  const Source source("hw.lesson", "\n\n\n\n\n\n\n\nZ1 = W1*X + b1\n");
  const Diagnostic diagnostic{Severity::error,
                              {13, 17},
                              "W1 (20×784) and X (784×16) can't be multiplied entry by entry",
                              "for the matrix product write W1 @ X"};
  CHECK(render(source, diagnostic) ==
        "hw.lesson:9:6: error: W1 (20×784) and X (784×16) can't be multiplied entry by entry\n"
        "  9 | Z1 = W1*X + b1\n"
        "    |      ^~~~\n"
        "  for the matrix product write W1 @ X\n");
  CHECK(render(source, diagnostic, true) ==
        "\x1b[1mhw.lesson:9:6:\x1b[0m \x1b[1;31merror:\x1b[0m W1 (20×784) and X (784×16) can't be "
        "multiplied entry by entry\n"
        "  9 | Z1 = W1*X + b1\n"
        "    | \x1b[1;32m     ^~~~\x1b[0m\n"
        "  for the matrix product write W1 @ X\n");
}

TEST_CASE("the caret stands under its character", "[language][diagnostic]") {
  SECTION("after letters of several bytes") {
    CHECK(drawn("σ·β + x", {9, 10}) == "l:1:7: error: wrong\n  1 | σ·β + x\n    |       ^\n");
  }
  SECTION("after a tab, and after wide and combining characters") {
    CHECK(drawn("\ta+b", {3, 4}) == "l:1:4: error: wrong\n  1 |     a+b\n    |       ^\n");
    CHECK(drawn("数+x̂+b", {8, 9}) == "l:1:6: error: wrong\n  1 | 数+x̂+b\n    |      ^\n");
  }
  SECTION("at the end of the line, of the text, of an empty line") {
    CHECK(drawn("ab", {2, 2}) == "l:1:3: error: wrong\n  1 | ab\n    |   ^\n");
    CHECK(drawn("ab\n", {2, 3}) == "l:1:3: error: wrong\n  1 | ab\n    |   ^\n");
    CHECK(drawn("", {0, 0}, "do this\nor that") == "l:1:1: error: wrong\n  do this\n  or that\n");
  }
  SECTION("a span of several lines is marked to the end of the first") {
    CHECK(drawn("z = (a +\n b)", {4, 12}) ==
          "l:1:5: error: wrong\n  1 | z = (a +\n    |     ^~~~\n");
  }
  SECTION("control characters can't reach the terminal") {
    CHECK(drawn("a\x1b[2Jb", {5, 6}) == "l:1:6: error: wrong\n  1 | a\uFFFD[2Jb\n    |      ^\n");
  }
}

TEST_CASE("of a long line a window around the caret is shown", "[language][diagnostic]") {
  const std::string line = "z = " + std::string(500, 'a') + "+BAD+" + std::string(500, 'c');
  CHECK(drawn(line, {505, 508}) == "l:1:506: error: wrong\n  1 | … " + std::string(39, 'a') +
                                       "+BAD+" + std::string(56, 'c') + " …\n    | " +
                                       std::string(42, ' ') + "^~~\n");
  CHECK(drawn(line, {0, 1}) ==
        "l:1:1: error: wrong\n  1 | z = " + std::string(96, 'a') + " …\n    | ^\n");
  const std::string all = drawn(line, {4, 1000});
  CHECK(all.substr(all.rfind('|')) == "|     ^" + std::string(97, '~') + "\n");
}

TEST_CASE("diagnostics are sorted by place, and end after 20 errors", "[language][diagnostic]") {
  const Source source("l", std::string(100, 'x'));
  Diagnostics diagnostics;
  CHECK_FALSE(diagnostics.has_errors());
  CHECK_NOTHROW(diagnostics.throw_if_errors(source));
  diagnostics.remark({1, 2}, "remarkable");
  CHECK_NOTHROW(diagnostics.throw_if_errors(source));
  for (std::size_t i = 0; i < Diagnostics::most_errors; ++i) {
    CHECK_FALSE(diagnostics.full());
    diagnostics.error({50 - i, 51 - i}, "wrong");
  }
  CHECK(diagnostics.full());
  CHECK(diagnostics.render_errors(source).find("too many errors") == std::string::npos);
  diagnostics.error({0, 1}, "dropped");
  CHECK(diagnostics.sorted().size() == 21);
  CHECK(diagnostics.sorted().front().message == "remarkable");
  CHECK(diagnostics.sorted().back().span.begin == 50);
  const std::string errors = diagnostics.render_errors(source);
  CHECK(errors.ends_with("l: too many errors; the first 20 are shown\n"));
  CHECK(errors.find("remarkable") == std::string::npos);
  CHECK(diagnostics.render_remarks(source).starts_with("l:1:2: remark: remarkable\n"));
  try {
    diagnostics.throw_if_errors(source);
    FAIL("nothing was thrown");
  } catch (const LessonError& error) {
    CHECK(error.what() + std::string("\n") == errors);
    CHECK(error.errors.size() == 20);
  }
}
