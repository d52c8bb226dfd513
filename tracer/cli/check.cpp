// tracer check: are these gradients right? The lesson's own against differences; in float or double
// those of a training; and second derivatives.
#include <fmt/format.h>

#include "tracer/check/float_check.hpp"
#include "tracer/check/hessian.hpp"
#include "tracer/check/lesson_check.hpp"
#include "tracer/cli/check_black_box.hpp"
#include "tracer/cli/check_claims.hpp"
#include "tracer/cli/commands.hpp"
#include "tracer/cli/lessons.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/error.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/number/threads.hpp"
#include "tracer/render/check_page.hpp"

namespace tracer::cli {
namespace {

struct CheckFlags {
  std::string file;
  std::vector<std::string> settings;
  std::string dtype;  // empty: exact
  int order = 0;      // 0: not given, which is 1
  long long step = 1;
  std::vector<std::string> wrt;
  bool errors_by_h = false;
  std::string entries;
  unsigned seed = 0;
  int digits = 10;
  int bits = 4096;
  int threads = 2;
  Output output;
  ClaimFlags claims;
};

LessonCheckOptions check_options(const CheckFlags& options) {
  LessonCheckOptions made;
  made.step = options.step;
  made.wrt = options.wrt;
  made.threads = options.threads;
  made.exact.seed = options.seed;
  made.exact.most_bits = options.bits;
  if (options.entries == "all") {
    made.exact.entries = 0;
  } else if (!options.entries.empty()) {
    made.exact.entries = std::stoll(options.entries);
  }
  return made;
}

GradientReport report_for(const Program& program, const CheckFlags& options) {
  const LessonCheckOptions wanted = check_options(options);
  if (options.order == 2) return check_lesson_second_order(program, wanted);
  if (options.dtype.empty() || options.dtype == "exact") return check_lesson(program, wanted);
  const bool single = options.dtype == "float" || options.dtype == "float32";
  return check_training(program, single ? Dtype::float32 : Dtype::float64, wanted);
}

// With somebody's gradients these would be passed over in silence.
void check_own_flags(const CheckFlags& options) {
  const std::string_view source = options.claims.source();
  if (source.empty()) return;
  for (const auto& [flag, is_given] : std::initializer_list<std::pair<std::string_view, bool>>{
           {"--order", options.order != 0},
           {"--dtype", !options.dtype.empty()},
           {"--entries", !options.entries.empty()},
           {"--errors-by-h", options.errors_by_h}}) {
    if (!is_given) continue;
    throw Error(fmt::format(
        "{} belongs to the check of the lesson's own gradients, and does not "
        "go with {}; leave it out{}",
        flag, source,
        flag == "--dtype" ? " (what the claim was computed in, --precision says)" : ""));
  }
}

std::string count_or_all(const std::string& text) {
  const bool whole = !text.empty() && text.size() < 10 && text != "0" &&
                     text.find_first_not_of("0123456789") == std::string::npos;
  return whole || text == "all" ? "" : "expected a number from 1 on, or all";
}

// No lesson: a program with a loss of its own.
int run_without_lesson(const CheckFlags& options) {
  if (options.claims.program.empty())
    throw Error(
        "check wants a lesson; or a program with a loss of its own, --program COMMAND --params "
        "FILE (tracer check --help has examples)");
  for (const auto& [flag, is_given] : std::initializer_list<std::pair<std::string_view, bool>>{
           {"--order", options.order != 0},
           {"--dtype", !options.dtype.empty()},
           {"--errors-by-h", options.errors_by_h},
           {"--set", !options.settings.empty()},
           {"--step", options.step != 1},
           {"--tolerance", options.claims.tolerance != 0},
           {"--make-problem", !options.claims.make_problem.empty()}}) {
    if (is_given) throw Error(fmt::format("{} belongs to a lesson; name one", flag));
  }
  return check_black_box(options.claims,
                         {options.step, options.wrt, options.seed, options.digits, options.output},
                         options.entries);
}

int run(const CheckFlags& options) {
  if (options.file.empty()) {
    check_claim_flags(options.claims);
    return run_without_lesson(options);
  }
  check_own_flags(options);
  if (options.order == 2 && !options.dtype.empty() && options.dtype != "exact")
    throw Error("--order 2 is checked over Exact; leave --dtype out");
  check_claim_flags(options.claims);
  set_threads(options.threads);
  Program program = load_lesson(options.file, {.set = parse_settings(options.settings)});
  if (!options.claims.make_problem.empty()) {
    write_problem(program, options.claims.make_problem, options.seed);
    return 0;
  }
  if (options.claims.given()) {
    return check_claims(std::move(program), options.claims,
                        {options.step, options.wrt, options.seed, options.digits, options.output});
  }
  const auto write = [&](const auto& result) {
    if (options.output.chosen() == "json")
      options.output.write(to_json(result, options.digits));
    else
      options.output.write(page_of(result, options.digits));
  };
  if (options.errors_by_h) {
    if (options.wrt.size() > 1) throw Error("--errors-by-h looks at one entry; give one --wrt");
    const std::string entry = options.wrt.empty() ? "" : options.wrt.front();
    write(step_errors(program, entry, check_options(options)));
    return 0;
  }
  const GradientReport report = report_for(program, options);
  write(report);
  const Outcome outcome = report.outcome();
  return outcome == Outcome::right ? 0 : outcome == Outcome::undecided ? 3 : 1;
}

}  // namespace

Command check_command() {
  const auto options = std::make_shared<CheckFlags>();
  CheckFlags& to = *options;
  Flags flags{lesson_flag(to.file, "[FILE]")};
  flags += claim_flags(to.claims);
  flags +=
      {settings_flag(to.settings, "w=2: gives a value"),
       {"--dtype", &to.dtype,
        "exact: the engine's own gradients; float or double: those of a training",
        OneOf{{"exact", "float", "double", "float32", "float64"}}},
       {"--order", &to.order, "1, or 2: Hessian-vector products", OneOf{{"1", "2"}}},
       {"--step,--sample", &to.step, "which step of the training (default 1)",
        Between<long long>{1, 1'000'000'000}},
       {"--wrt", &to.wrt, "these gradients only; of somebody's, judges those of these names",
        Anything{"NAME"}},
       {"--entries", &to.entries,
        "entries of each parameter, drawn at random, or all (default: what takes seconds)",
        Form{count_or_all}},
       {"--errors-by-h", &to.errors_by_h,
        "how the error of a difference depends on its step, for one entry (--wrt 'W[0,1]'; else "
        "the largest): a table and a plot"},
       {"--seed", &to.seed, "of what is drawn at random (default 0)"},
       {"--digits", &to.digits, "significant digits of values (default 10)", Between{1, 1000}},
       bits_flag(to.bits, 192),
       threads_flag(to.threads),
       page_format_flag(to.output, {"json"}),
       output_flag(to.output),
       colour_flag(to.output)};
  return {
      "check", "checks gradients, a lesson's own or somebody's, and names the mistake",
      "Examples:\n"
      "  tracer check relu-1-1-1\n"
      "  tracer check mnist-784-128-64-10 --dtype float --entries 200\n"
      "  tracer check softmax-layer --order 2\n"
      "  tracer check gradient-check --errors-by-h\n"
      "  tracer check hw.lesson --claimed grads.npz          (whose mistake is it?)\n"
      "  tracer check hw.lesson --program 'python3 net.py'\n"
      "  tracer check --program 'python3 net.py' --params w.npz     (no lesson: by differences)\n"
      "Exit status: 0 all are right, 1 one is wrong, 3 it could not be decided.",
      std::move(flags), [options] { return run(*options); }};
}

}  // namespace tracer::cli
