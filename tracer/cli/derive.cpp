// tracer derive: the worked derivation of a lesson.
#include "tracer/derive/derive.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "tracer/cli/commands.hpp"
#include "tracer/cli/derive_mistake.hpp"
#include "tracer/cli/lessons.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/cli/step_range.hpp"
#include "tracer/error.hpp"
#include "tracer/grade/foreseen.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/render/blank_sheet.hpp"
#include "tracer/render/derivation_page.hpp"

namespace tracer::cli {
namespace fs = std::filesystem;
namespace {

struct DeriveFlags {
  std::string file;
  std::vector<std::string> expressions;
  std::vector<std::string> settings;
  Output output;
  std::vector<std::string> wrt;
  int digits = 10;
  std::string round;
  std::string rounding = "half-away";
  std::string samples;
  std::string steps;
  std::string detail = "lines";
  std::string only;
  std::string mode = "train";
  std::string mistake;
  bool brief = false;
  bool no_slips = false;
  bool blank = false;
  int bits = 4096;
  int rational_bits = 4096;
  double work = 30;
  int order = 1;
  int depth = 1;
  bool expand = false;
  bool jacobians = false;
  bool check = false;
  bool paths = false;
  std::string layout = "denominator";
};

Program load(const DeriveFlags& options) {
  ElaborateOptions elaborate;
  elaborate.evaluation_mode = options.mode == "eval";
  elaborate.several_losses = true;
  elaborate.set = parse_settings(options.settings);
  if (options.expressions.empty()) {
    if (options.file.empty())
      throw Error(
          "derive wants a lesson, or a formula with -e (tracer derive --help has examples)");
    return load_lesson(options.file, elaborate);
  }
  if (!options.file.empty())
    throw Error(fmt::format("{}: a lesson and -e can't be had together", options.file));
  elaborate.differentiate_set = true;
  std::string text;
  for (const std::string& expression : options.expressions) text += expression + "\n";
  return load_lesson(Source("<command line>", text), elaborate);
}

DeriveOptions derive_options(const DeriveFlags& options) {
  DeriveOptions made;
  made.digits = options.digits;
  if (!options.round.empty())
    made.rounding = parse_rounding(options.round, rounding_mode(options.rounding));
  made.wrt = options.wrt;
  if (!options.samples.empty()) set_step_range(options.samples, made);
  if (!options.steps.empty())
    made.steps = options.steps == "all" ? 0 : whole_number(options.steps, "--steps");
  made.elementary = options.detail == "ops";
  made.order = options.order;
  made.depth = options.depth;
  made.expand = options.expand;
  made.jacobians = options.jacobians;
  made.check = options.check;
  made.paths = options.paths;
  made.layout = options.layout == "numerator" ? Layout::numerator : Layout::denominator;
  made.most_bits = options.bits;
  made.rational_bits = options.rational_bits;
  made.most_work = options.work;
  const std::string_view format = options.output.chosen();
  made.every_entry = format == "json" || format == "html";
  made.updates = options.only.empty() || options.only == "update" || format == "json";
  return made;
}

void check_format(const DeriveFlags& options) {
  const std::string_view format = options.output.chosen();
  if (options.output.fragment && (format == "text" || format == "json"))
    throw Error(
        fmt::format("--fragment is of --format latex, markdown and html, not of {}", format));
  if (options.blank && format == "json")
    throw Error("--blank is a page to be filled in: --format text, latex or markdown");
}

void check_depth(const DeriveFlags& options) {
  const auto has_entry = [](const std::string& text) {
    return text.find('[') != std::string::npos;
  };
  if (options.depth > 1 && std::ranges::none_of(options.wrt, has_entry))
    throw Error("--depth explains entries: name one with --wrt, e.g. --wrt 'W[0,1]' --depth 2");
}

ForeseenSlips slips_in(const Program& program, const DeriveFlags& options,
                       const Derivation& derivation) {
  constexpr Eigen::Index most_entries = 16;
  constexpr std::size_t most_slips = 12;
  const auto by_hand = [&](const DerivationStep& step) { return is_for_hands(program, step); };
  if (options.no_slips || !options.round.empty() || options.detail == "ops" ||
      derivation.steps.empty() || !std::ranges::all_of(derivation.steps, by_hand))
    return {};
  try {
    LessonPages pages(program, Working{128, 4096});
    return foreseen_slips(pages, derivation.steps.front().step, derivation.steps.back().step,
                          most_entries, most_slips);
  } catch (const Undecided&) {
    return {};  // the page has its numbers; a wrong one is then called wrong and not explained
  }
}

// What a browser has beside the derivation: slips to be named, and the lesson itself.
void write_html(const Program& program, const DeriveFlags& options, const Derivation& derivation,
                const PageParts& parts) {
  const ForeseenSlips slips = slips_in(program, options, derivation);
  Document page = page_of(derivation, parts, &slips);
  if (program.source && options.expressions.empty()) {
    // what came through standard input has no name yet
    const std::string& name = program.source->name();
    const std::string file =
        name.starts_with('<') ? "typed.lesson" : fs::path(name).filename().string();
    page.push_back({Listing{"The lesson, " + file, program.source->text(), file}});
  }
  options.output.write(page);
}

void check_mistake(const DeriveFlags& options) {
  if (options.mistake.empty()) return;
  const std::pair<const char*, bool> others[]{
      {"--blank", options.blank},      {"--check", options.check},
      {"--paths", options.paths},      {"--jacobians", options.jacobians},
      {"--expand", options.expand},    {"--order 2", options.order == 2},
      {"--depth", options.depth != 1}, {"--layout numerator", options.layout == "numerator"},
      {"--wrt", !options.wrt.empty()}, {"--format json", options.output.chosen() == "json"}};
  for (const auto& [flag, given] : others)
    if (given)
      throw Error(fmt::format(
          "--mistake puts two derivations next to each other, and {} is of one: leave it out",
          flag));
}

int run(const DeriveFlags& options) {
  check_format(options);
  check_mistake(options);
  const DeriveOptions wanted = derive_options(options);
  check_depth(options);
  const Program program = load(options);
  if (options.only == "update" && !program.training)
    throw Error(fmt::format(
        "--only update: nothing is updated in a lesson without a train line; add train {} "
        "with sgd(lr=0.1)",
        program.loss));
  PageParts parts;
  parts.forward = options.only.empty() || options.only == "forward";
  parts.backward = options.only.empty() || options.only == "backward";
  parts.update = options.only.empty() || options.only == "update";
  parts.reasons = !options.brief;
  if (!options.mistake.empty()) {
    derive_with_mistake(program, wanted, options.mistake, parts, options.output);
    return 0;
  }
  const DeriveResult result = derive(program, wanted);
  if (options.output.chosen() == "json")
    options.output.write(to_json(result.derivation));
  else if (options.blank)
    options.output.write(page_of(blank_sheet(result.derivation, parts), parts));
  else if (options.output.chosen() == "html")
    write_html(program, options, result.derivation, parts);
  else
    options.output.write(page_of(result.derivation, parts));
  for (const Judgement& line : result.derivation.expectations) {
    if (line.holds == false) remark(line.text);
  }
  if (!result.differences_agree) remark("a gradient is not what its difference says");
  return result.expectations_hold && result.differences_agree ? 0 : 1;
}

}  // namespace

Command derive_command() {
  const auto options = std::make_shared<DeriveFlags>();
  DeriveFlags& to = *options;
  to.output.page_width = 80;  // as a page is printed, and read in an editor
  return {
      "derive",
      "works a lesson out: forward, backward and update, every value and every step",
      "Examples:\n"
      "  tracer derive relu-1-1-1\n"
      "  tracer derive relu-1-1-1 --round 4 --samples 2\n"
      "  tracer derive -e 'L = (w*x - y)**2' --set w=2 --set x=3 --set y=5\n"
      "  tracer derive softmax-layer --format latex -o softmax.tex",
      {lesson_flag(to.file, "[FILE]"),
       {"-e,--expression", &to.expressions, "a formula in place of a file; `;` separates lines",
        Anything{"TEXT"}},
       settings_flag(to.settings, "w=2: gives a value; with -e what is set is differentiated"),
       page_format_flag(to.output, {"json"}),
       output_flag(to.output),
       {"--fragment", &to.output.fragment,
        "LaTeX without preamble, for \\input; Markdown without its title"},
       {"--blank", &to.blank,
        "a sheet to be worked out by hand: boxes in place of what is found out"},
       {"--wrt", &to.wrt, "show these gradients only: w1,b1; W[0,1] or W[0,0:3] explains entries",
        Anything{"NAME"}},
       {"--depth", &to.depth,
        "with entries of --wrt: to how many levels they are explained; 2: their factors too",
        Between{1, 100}},
       {"--digits", &to.digits, "significant digits of what is rounded (default 10)",
        Between{1, 1000}},
       {"--round", &to.round,
        "round every written line: 4 (decimals) or 4sig (significant digits)"},
       rounding_flag(to.rounding),
       {"--samples", &to.samples, "show these steps only: 2, or 1-3"},
       {"--steps", &to.steps, "how many steps to show, or all (default 10)"},
       {"--detail", &to.detail, "lines, or ops: every elementary operation on a line of its own",
        OneOf{{"lines", "ops"}}},
       {"--expand", &to.expand, "how the rule of softmax, a norm, a layer comes about, in steps"},
       {"--jacobians", &to.jacobians, "every local Jacobian, ∂line/∂value"},
       {"--check", &to.check, "beside each gradient the difference that confirms it"},
       {"--paths", &to.paths, "each gradient as the sum over all paths from the loss"},
       {"--layout", &to.layout,
        "denominator (default): a gradient lies as its variable does; numerator: as a row, and "
        "Jacobians multiply from the right",
        OneOf{{"denominator", "numerator"}}},
       {"--mistake", &to.mistake,
        "beside the right derivation the one with a wrong gradient: activation_for_slope ...; z1: "
        "all "
        "the mistakes that can be made at ∂L/∂z1",
        Anything{"ID"}},
       {"--order", &to.order, "1, or 2: the Hessian too", Between{1, 2}},
       {"--only", &to.only, "", OneOf{{"forward", "backward", "update"}}},
       {"--brief", &to.brief, "leave the introduction and the reasons out"},
       {"--no-slips", &to.no_slips,
        "a page for a browser, sooner: of a wrong prediction it is not said how it came about"},
       {"--mode", &to.mode, "train or eval: what dropout and batch_norm do",
        OneOf{{"train", "eval"}}},
       width_flag(to.output),
       colour_flag(to.output),
       bits_flag(to.bits),
       {"--rational-bits", &to.rational_bits,
        "fractions with more bits become intervals (default 4096)", Between{64, 1 << 26}},
       {"--work", &to.work, "millions of exact multiplications, the most it takes on (default 30)",
        Positive{}}},
      [options] { return run(*options); }};
}

}  // namespace tracer::cli
