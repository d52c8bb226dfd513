// Filled forms of the shipped lessons: what is right is marked right, to the last line, and one
// wrong value is one wrong line, with everything after it following.
#include "tests/catch.hpp"
#include "tests/grade/marked.hpp"
#include "tracer/error.hpp"
#include "tracer/grade/lesson_pages.hpp"

using namespace tracer;
using test::marked;
using test::shipped_lesson;
using test::written;

namespace {

const std::vector<std::string> lessons{"chain-rule",        "fan-out",          "relu-1-1-1",
                                       "relu-1-2-1",        "sigmoid-neuron",   "xor-2-2-1",
                                       "softmax-layer",     "two-layer-matrix", "momentum",
                                       "momentum-and-adam", "circles-2-3-1"};

// The blank form with these values behind its =.
std::string filled(LessonPages& pages, const std::map<PageLine, std::string>& values) {
  std::string text;
  int step = 0;
  std::map<std::string, std::string> by_label;
  for (const std::string& line : lines_of(blank_form(pages))) {
    const bool heading = line.ends_with(":") && !line.starts_with(" ") && !line.starts_with("#");
    if (heading || (step == 0 && line.starts_with("  "))) {
      ++step;
      by_label.clear();
      for (const PageLine& one : pages.lines(step)) by_label[pages.label(one)] = values.at(one);
    }
    const auto sign = line.find(" = ");
    if (sign == std::string::npos || line.find('#') < sign) {
      text += line + "\n";
    } else {
      const std::string label = line.substr(2, sign - 2);
      text += line.substr(0, sign + 3) + by_label.at(label) + line.substr(sign + 3) + "\n";
    }
  }
  return text;
}

// All lines of all steps, worked out with one value changed (no line: none) and each line rounded.
std::optional<std::map<PageLine, std::string>> worked(LessonPages& pages, int decimals,
                                                      const PageLine& changed) {
  std::map<PageLine, std::string> values;
  const OnLine carry = [&](const PageLine& line, View<Exact> value) {
    if (line == changed) value(0, 0) = value(0, 0) * Exact(Rational(7, 5)) + Exact(Rational(1, 3));
    const bool rounds = decimals >= 0 && line.kind != PageLine::Kind::given;
    if (rounds) round_in_place(value, {decimals, false, RoundingMode::half_away});
    values[line] = written(value, decimals);
    return true;
  };
  const WorkedPages made = work_out(pages.program(), pages.working(), pages.steps_asked(), carry);
  if (made.stopped) return std::nullopt;  // with that value there is no going on: log of a negative
  return values;
}

}  // namespace

TEST_CASE("a form that is filled with the true values is all right", "[grade][forms]") {
  for (const std::string& name : lessons) {
    const Program program = shipped_lesson(name);
    LessonPages pages(program, Working{256, 4096});
    for (const int decimals : {-1, 2, 3, 4, 6}) {
      DYNAMIC_SECTION(name << ", " << decimals << " decimals") {
        std::map<PageLine, std::string> values;
        for (int step = 1; step <= pages.steps_asked(); ++step) {
          for (const PageLine& line : pages.lines(step))
            values[line] = written(*pages.pages().find(line), decimals);
        }
        const std::string form = filled(pages, values);
        const Marking marking = marked(program, form);
        INFO(test::page_text(marking));
        CHECK(marking.unread.empty());
        CHECK(marking.count(Mark::right) == marking.asked);
        CHECK(marking.answered == marking.asked);
        CHECK(marking.marks() == marking.of());
      }
    }
  }
}

TEST_CASE("one wrong value is one wrong line, and what comes of it follows", "[grade][forms]") {
  constexpr int decimals = 5;
  for (const std::string& name : lessons) {
    const Program program = shipped_lesson(name);
    LessonPages pages(program, Working{256, 4096});
    const std::vector<PageLine> first = pages.lines(1);
    for (std::size_t i = 0; i < first.size(); i += 3) {
      DYNAMIC_SECTION(name << ": " << pages.label(first[i])) {
        const auto values = worked(pages, decimals, first[i]);
        if (!values) continue;
        const Marking marking = marked(program, filled(pages, *values));
        INFO(test::page_text(marking));
        CHECK(marking.wrong() == 1);
        CHECK(test::line_of(marking, 1, pages.label(first[i])).mark == Mark::wrong);
        CHECK(marking.careless() == 0);
        CHECK(marking.marks() == marking.of() - 1);
        CHECK(marking.unread.empty());
      }
    }
  }
}

TEST_CASE("a form that is left blank is no answer", "[grade][forms]") {
  const Program program = shipped_lesson("relu-1-1-1");
  LessonPages pages(program, Working{128, 4096});
  CHECK_THROWS_WITH(marked(program, blank_form(pages)),
                    "test.answers: there is no answer in it: the form is not filled in");
}
