#include "tracer/cli/train_output.hpp"

#include <fmt/format.h>

#include "tracer/cli/output.hpp"
#include "tracer/number/threads.hpp"
#include "tracer/text/short_numbers.hpp"

namespace tracer::cli {
namespace {

using Clock = std::chrono::steady_clock;

// 50 ms: twenty drawings a second look like a movement, and drawing takes some microseconds.
constexpr std::chrono::milliseconds pause{50};

long long parameter_count(const Program& program) {
  long long count = 0;
  for (const std::string& name : program.parameters) {
    count += program.shapes.at(name).count();
  }
  return count;
}

// Of n epochs every k-th has a line: 1, 2, 5, 10, 20, ...: at most about 25 lines.
int line_step(int epochs) {
  int step = 1;
  for (int i = 0; epochs / step > 25; ++i) step = i % 3 == 1 ? step / 2 * 5 : step * 2;
  return step;
}

}  // namespace

TrainOutput::TrainOutput(const TrainFlags& flags, const Program& program)
    : program_(program),
      json_(flags.output.chosen() == "json"),
      quiet_(flags.quiet),
      verbose_(flags.verbose),
      draws_(!flags.quiet && progress_wanted()),
      dtype_(flags.dtype),
      style_(output_style(flags.output.colour)),
      bar_(error_style(flags.output.colour), 1000),  // the pause is ours: epochs may be shorter
      drawn_(Clock::now()) {}

void TrainOutput::start(const Trainer& trainer) const {
  if (json_ || quiet_) return;
  const Training& training = *program_.training;
  std::string text = program_.title.empty() ? program_.source->name() : program_.title;
  text += "\n";
  const auto part = [&](Part which, const char* name) -> std::string {
    const int count = trainer.count(which);
    return count == 0 ? "" : fmt::format(", {} {}", grouped(count), name);
  };
  const std::string batch =
      training.batch_size == 0 ? "full batch" : fmt::format("batch {}", training.batch_size);
  text += fmt::format("{} training samples{}{}; {} parameters\n",
                      grouped(trainer.count(Part::train)), part(Part::validation, "validation"),
                      part(Part::test, "test"), grouped(parameter_count(program_)));
  text += fmt::format("{}, {}, {}, {} thread{}, seed {}\n\n", training.optimizer.name, batch,
                      dtype_, threads(), threads() == 1 ? "" : "s", program_.seed);
  print(text);
}

void TrainOutput::step(const Progress& progress) {
  if (!draws_) return;
  const Clock::time_point now = Clock::now();
  if (now - drawn_ < pause) return;
  drawn_ = now;
  redraw(bar_.update(progress));
}

void TrainOutput::clear_bar() {
  if (draws_) redraw(bar_.clear());
}

bool TrainOutput::has_line(const EpochRecord& record, bool last) const {
  return verbose_ || last || record.cut || record.epoch == 1 ||
         record.epoch % line_step(program_.training->epochs) == 0;
}

void TrainOutput::epoch(const Trainer& trainer, bool last) {
  clear_bar();
  const History& history = trainer.history();
  const EpochRecord& record = history.back();
  if (quiet_) return;
  if (json_) {
    print(to_json(record) + "\n");
    return;
  }
  if (!has_line(record, last)) return;
  std::string text =
      epoch_line(record, program_.training->epochs,
                 history.size() > 1 ? &history[history.size() - 2] : nullptr, style_) +
      "\n";
  for (const WatchRecord& watched : record.watched) {
    text += fmt::format("    {:<8} value {:>9.4g}   gradient {:>9.4g}", watched.name, watched.value,
                        watched.gradient);
    text += watched.update == 0 ? "\n" : fmt::format("   update {:>9.4g}\n", watched.update);
  }
  print(text);
}

}  // namespace tracer::cli
