// tracer step: the derivation of a lesson, walked through in the terminal.
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "tracer/cli/commands.hpp"
#include "tracer/cli/lessons.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/cli/step_range.hpp"
#include "tracer/step/terminal.hpp"
#include "tracer/step/terminal_state.hpp"
#include "tracer/step/walk_screen.hpp"

namespace tracer::cli {
namespace {

struct StepFlags {
  std::string file;
  std::vector<std::string> settings;
  int digits = 10;
  std::string round;
  std::string rounding = "half-away";
  std::string samples;
  Output output;
};

DeriveOptions walked(const StepFlags& flags) {
  DeriveOptions made;
  made.digits = flags.digits;
  if (!flags.round.empty())
    made.rounding = parse_rounding(flags.round, rounding_mode(flags.rounding));
  if (!flags.samples.empty()) set_step_range(flags.samples, made);
  return made;
}

// What the lesson remarks is said once, and not into the full screen.
LessonSteps::Load loader(const std::string& file) {
  return [source = read_source(find_lesson(file)), said = false](const LeafSettings& set) mutable {
    ElaborateOptions elaborate;
    elaborate.several_losses = true;
    elaborate.set = set;
    Program program = load_quietly(source, elaborate);
    if (!std::exchange(said, true))
      for (const std::string& text : program.remarks) remark(text);
    return program;
  };
}

int run_step(const StepFlags& flags) {
  require_terminal();
  LessonSteps steps(loader(flags.file), parse_settings(flags.settings), walked(flags));
  Walk walk(steps);
  const Style style = output_style(flags.output.colour);
  Terminal terminal({style.colour, style.unicode});
  Screen screen;
  steps.tell_before_deriving([&](long long step) {
    terminal.show(with_note(screen, terminal.size(),
                            fmt::format("deriving step {} ... (Ctrl-C ends)", step)));
  });
  while (!walk.is_over()) {
    if (!terminal.is_key_waiting()) {  // who holds a key down waits for no screen in between
      screen = screen_of(walk, terminal.size(), style);
      walk.limit_scroll(screen.scrolled);
      terminal.show(screen);
    }
    walk.press(terminal.read());
  }
  return 0;
}

}  // namespace

Command step_command() {
  const auto flags = std::make_shared<StepFlags>();
  StepFlags& to = *flags;
  return {"step",
          "walks a derivation line by line in the terminal: what if, predict first",
          "Examples:\n"
          "  tracer step xor-2-2-1\n"
          "  tracer step relu-1-1-1 --samples 2 --set w1=0.7\n"
          "Keys: → and ← a line on and back, p predict first, = change a value, ? all of them",
          {lesson_flag(to.file, "FILE"),
           settings_flag(to.settings, "w=2: gives a value"),
           {"--digits", &to.digits, "significant digits of what is rounded (default 10)",
            Between{1, 1000}},
           {"--round", &to.round,
            "round every written line: 4 (decimals) or 4sig (significant digits)"},
           rounding_flag(to.rounding),
           {"--samples", &to.samples, "these steps only: 2, or 1-3"},
           colour_flag(to.output)},
          [flags] { return run_step(*flags); }};
}

}  // namespace tracer::cli
