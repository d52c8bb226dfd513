// tracer grade: marks hand calculations line by line.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "tracer/cli/commands.hpp"
#include "tracer/cli/lessons.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/error.hpp"
#include "tracer/grade/lesson_pages.hpp"
#include "tracer/grade/marking.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/render/formats.hpp"
#include "tracer/render/marking_page.hpp"

namespace tracer::cli {
namespace {

namespace fs = std::filesystem;

struct GradeFlags {
  std::string file;
  std::vector<std::string> answers;
  std::string round;
  std::string rounding = "half-away";
  std::string scheme;
  std::string csv;
  std::string feedback;
  Output output;
  bool hint = false;
  bool blank = false;
  int bits = 4096;
};

// Whose an answers file is: its name without its folder and ending; with the folder where several
// are called alike.
std::vector<std::string> names_of(const std::vector<std::string>& files) {
  std::vector<std::string> names;
  for (const std::string& file : files) names.push_back(fs::path(file).stem().string());
  std::vector<std::string> unique = names;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string folder = fs::path(files[i]).parent_path().filename().string();
    if (std::ranges::count(names, names[i]) > 1 && !folder.empty())
      unique[i] = folder + "-" + names[i];
  }
  return unique;
}

struct Class {
  std::vector<Marking> markings;
  std::vector<std::string>
      failures;  ///< why nothing could be marked, of the files of which that is so
};

class Grader {
 public:
  Grader(const GradeFlags& options, const Program& program) : options_(options), program_(program) {
    if (!options.round.empty())
      rounding_ = parse_rounding(options.round, rounding_mode(options.rounding));
  }

  std::string form() const {
    LessonPages pages(program_, Working{128, 4096});
    return blank_form(pages);
  }

  Class mark() const {
    constexpr int enough = 256;  // for numbers of sixty digits
    for (int bits = std::min(enough, options_.bits);; bits = std::min(2 * bits, options_.bits)) {
      try {
        return mark(bits);
      } catch (const Undecided&) {
        if (bits >= options_.bits) throw;
      }
    }
  }

 private:
  Class mark(int bits) const {
    LessonPages pages(program_, Working{bits, 4096});
    const Scheme scheme =
        options_.scheme.empty() ? Scheme() : Scheme(read_answers_source(options_.scheme), pages);
    const std::vector<std::string> names = names_of(options_.answers);
    Class made;
    for (std::size_t i = 0; i < options_.answers.size(); ++i) {
      try {
        const Source source = read_answers_source(options_.answers[i]);
        const AnswerSheet sheet = read_sheet(read_answers(source), pages, rounding_);
        made.markings.push_back(tracer::mark(pages, sheet, rounding_, scheme));
      } catch (const LessonError&) {
        throw;  // the lesson is wrong, whoever's answers are marked
      } catch (const Error& error) {
        if (options_.answers.size() == 1) throw;
        fail(made, pages, i, error.what());
      } catch (const Undecided& undecided) {
        if (options_.answers.size() == 1 || bits < options_.bits) throw;
        fail(made, pages, i, options_.answers[i] + ": " + undecided.what());
      }
      made.markings.back().name = names[i];
    }
    return made;
  }

  void fail(Class& made, LessonPages& pages, std::size_t which, const std::string& why) const {
    made.failures.push_back(why);
    made.markings.push_back(unreadable_marking(pages, options_.answers[which], why));
  }

  const GradeFlags& options_;
  const Program& program_;
  std::optional<Rounding> rounding_;
};

constexpr Style unbroken{.width = Paragraph::at_page};  // for files: lines don't break

void write_feedback(const std::string& folder, const std::vector<Marking>& markings, bool hint) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) throw Error(fmt::format("{} can't be made: {}", folder, failed.message()));
  std::vector<std::string> names;
  for (const Marking& marking : markings) names.push_back(marking.name);
  for (const std::string& name : names) {
    if (std::ranges::count(names, name) > 1)
      throw Error(
          fmt::format("two answers files are called {}: rename one, for the feedback", name));
  }
  for (const Marking& marking : markings)
    write_result((fs::path(folder) / (marking.name + ".txt")).string(),
                 write(page_of(marking, hint), "text", unbroken));
}

// Standard output that is no terminal is for a file as well.
std::string page(const GradeFlags& options, const Class& made) {
  const Output& output = options.output;
  Style style = output.style();
  if (options.answers.size() > 1) return write(page_of(made.markings), output.chosen(), style);
  if (!output.path.empty() || isatty(STDOUT_FILENO) != 1) style.width = unbroken.width;
  return write(page_of(made.markings.front(), options.hint), output.chosen(), style);
}

int run(const GradeFlags& options) {
  const Program program = load_lesson(options.file);
  const Grader grader(options, program);
  if (options.blank) {
    if (!options.answers.empty()) throw Error("--blank prints the form; it takes no answers");
    options.output.write(grader.form());
    return 0;
  }
  if (options.answers.empty())
    throw Error(
        "grade wants an answers file (tracer grade LESSON --blank writes the form for one)");
  const Class made = grader.mark();
  if (!options.feedback.empty()) write_feedback(options.feedback, made.markings, options.hint);
  if (!options.csv.empty()) write_result(options.csv, class_csv(made.markings));
  options.output.write(options.output.chosen() == "json"
                           ? to_json(program.title, made.markings, options.hint)
                           : page(options, made));
  for (const std::string& failure : made.failures) remark("tracer: error: " + failure);
  if (!made.failures.empty()) return 2;
  const bool wrong =
      std::ranges::any_of(made.markings, [](const Marking& m) { return m.wrong() > 0; });
  return wrong ? 1 : 0;
}

}  // namespace

Command grade_command() {
  const auto options = std::make_shared<GradeFlags>();
  GradeFlags& to = *options;
  return {"grade",
          "marks hand calculations line by line, carrying errors forward",
          "Examples:\n"
          "  tracer grade relu-1-1-1 --blank > form.txt        (to be filled in)\n"
          "  tracer grade relu-1-1-1 ada.txt --round 4\n"
          "  tracer grade relu-1-1-1 ada.txt --hint            (says where to look, not what is "
          "right)\n"
          "  tracer grade relu-1-1-1 class/*.txt --csv marks.csv --feedback returned\n"
          "\n"
          "An answers file has lines like 'dL/dw1 = -3.8328' under headings like 'Sample 2'; a\n"
          "parameter there is its value after the update. Exit status 1: something is wrong.",
          {lesson_flag(to.file),
           {"[ANSWERS]", &to.answers, "answers files; several give the table of a class"},
           {"--round", &to.round, "the right working rounds every line: 4 (decimals) or 4sig"},
           rounding_flag(to.rounding),
           {"--scheme", &to.scheme, "a file with marks by line: 'dL/dw1 = 2', 'careless = 0.5'"},
           {"--csv", &to.csv, "write the table of the class to a file"},
           {"--feedback", &to.feedback, "write a text file for each into a folder"},
           {"--hint", &to.hint, "say where to look, without giving values away"},
           {"--blank", &to.blank, "print the form to be filled in"},
           page_format_flag(to.output, {"json"}),
           output_flag(to.output),
           colour_flag(to.output),
           bits_flag(to.bits)},
          [options] { return run(*options); }};
}

}  // namespace tracer::cli
