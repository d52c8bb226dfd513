// tracer train: trains a lesson's network, with everything that a person at a terminal wants to
// see. What is trained: train_lesson.cpp; what is said on the way and at the end: train_output.hpp.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/cli/commands.hpp"
#include "tracer/cli/lessons.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/cli/together.hpp"
#include "tracer/cli/train_flags.hpp"
#include "tracer/cli/train_output.hpp"
#include "tracer/cli/train_plan.hpp"
#include "tracer/error.hpp"
#include "tracer/json_text.hpp"
#include "tracer/number/threads.hpp"
#include "tracer/ranks/ranks.hpp"
#include "tracer/train/checkpoint_file.hpp"
#include "tracer/train/model_file.hpp"
#include "tracer/train/trainer.hpp"
#include "tracer/view/gnuplot.hpp"

namespace tracer::cli {
namespace {

namespace fs = std::filesystem;

// What can be known before hours of training is said before them.
void require_folder(const std::string& flag, const std::string& path) {
  if (path.empty()) return;
  std::error_code none;
  const fs::path folder = fs::absolute(path, none).parent_path();
  if (!fs::is_directory(folder, none))
    throw Error(fmt::format("{} {}: there is no folder {}", flag, path, folder.string()));
  if (fs::is_directory(path, none))
    throw Error(fmt::format("{} {}: that is a folder; a file's name is wanted", flag, path));
}

void check_files(const TrainFlags& flags) {
  if (!flags.save.empty()) {
    const fs::path extension = fs::path(flags.save).extension();
    if (extension != ".safetensors" && extension != ".npz") {
      throw Error(
          fmt::format("--save {}: a model's file ends in .safetensors or .npz", flags.save));
    }
  }
  require_folder("--save", flags.save);
  require_folder("--checkpoint", flags.checkpoint);
  require_folder("--csv", flags.csv);
  require_page_file("--report", flags.report);
  std::error_code none;
  if (!flags.plot.empty() && fs::exists(flags.plot, none) && !fs::is_directory(flags.plot, none))
    throw Error(fmt::format("--plot {}: that is no folder", flags.plot));
  if (!flags.plot.empty()) require_gnuplot();
  if (flags.pictures && flags.output.chosen() != "json")
    throw Error("--pictures are lines of --format json; --report page.html has them at the end");
}

// Two, but not more than the cores that each process of a machine can have.
int threads_of(const TrainFlags& flags, const Ranks* ranks) {
  constexpr int usual = 2;
  if (flags.threads) return *flags.threads;
  if (ranks == nullptr) return usual;
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  return std::clamp(cores / ranks->on_this_machine(), 1, usual);
}

TrainerOptions trainer_options(const TrainFlags& flags, TrainOutput& output, Ranks* ranks) {
  TrainerOptions options;
  options.dtype = flags.dtype == "float64" ? Dtype::float64 : Dtype::float32;
  options.threads = threads();
  options.watch = flags.watch;
  options.trace_step = flags.trace_step;
  options.trace_entry = flags.trace_entry;
  options.on_batch = [&output](const Progress& progress) { output.step(progress); };
  options.stop = Interrupt::asked;
  options.planted = planted_by(flags.mistake);
  options.ranks = ranks;
  options.joint_statistics = flags.sync_batch_norm;
  if (ranks != nullptr && flags.sync_batch_norm && !flags.mistake.empty())
    throw Error(
        "--mistake with --sync-batch-norm: a wrong gradient is made by each process alone; "
        "leave one of the two out");
  return options;
}

// What is to be said when a process has died.
std::string farewell(int dead, int processes, const std::string& checkpoint) {
  std::string text = fmt::format("tracer: process {} of 0 … {} has died, and the training ends; ",
                                 dead, processes - 1);
  if (checkpoint.empty())
    return text + "nothing is kept: with --checkpoint FILE it is, after every epoch\n";
  try {
    const int epoch = load_checkpoint(checkpoint).epoch;
    return text + fmt::format(
                      "the last checkpoint is {0}, after epoch {1}: tracer train --resume {0} "
                      "goes on, with as many processes as you like\n",
                      checkpoint, epoch);
  } catch (const Error&) {
    return text + fmt::format("it was before the first checkpoint, {}\n", checkpoint);
  }
}

// Trains to the end. False: the loss stopped being finite (said on standard error).
bool train(Trainer& trainer, const Program& program, TrainOutput& output, const TrainFlags& flags,
           const Ranks* ranks) {
  std::optional<CheckpointFile> kept;
  if (!flags.checkpoint.empty() && is_first(ranks)) kept.emplace(flags.checkpoint);
  const auto outline = kept ? outline_of(program) : std::nullopt;
  bool traced = !flags.trace_step;
  int unsaved = 0;
  while (!trainer.done()) {
    try {
      trainer.epoch();
    } catch (const Error& not_finite) {
      output.clear_bar();
      remark(fmt::format("tracer: {}", not_finite.what()));
      return false;
    }
    if (!is_first(ranks)) continue;
    const bool last = trainer.done();
    output.epoch(trainer, last);
    if (!traced && !trainer.trace().empty()) {
      if (output.json())
        print(json_text({{"event", "trace"}, {"text", trainer.trace()}}) + "\n");
      else
        print("\n" + trainer.trace() + "\n");
      traced = true;
    }
    if (kept && (++unsaved == flags.checkpoint_every || last)) {
      Checkpoint checkpoint = trainer.state();
      checkpoint.model.data = outline;
      kept->save(std::move(checkpoint), trainer.history());
      unsaved = 0;
    }
  }
  if (!traced) {
    remark(fmt::format("step {} was not reached: there were {}", *flags.trace_step,
                       trainer.history().empty() ? 0 : trainer.history().back().steps));
  }
  return true;
}

int run(const TrainFlags& flags, Ranks* ranks) {
  std::optional<Source> lesson;
  std::optional<Program> program;
  std::optional<Interrupt> interrupt;
  std::optional<TrainOutput> output;
  std::optional<Trainer> trainer;
  agree(ranks, [&] {
    if (is_first(ranks)) check_files(flags);
    lesson.emplace(training_lesson(flags));
    if (flags.show) return;
    program.emplace(load_lesson(*lesson));
    if (!program->training) {
      throw Error(
          fmt::format("{}: there is nothing to train: write a line such as train {} with "
                      "adam(lr=0.001), batch_size=32, epochs=10",
                      lesson->name(), program->loss));
    }
    set_threads(threads_of(flags, ranks));
    interrupt.emplace();
    output.emplace(flags, *program);
    if (flags.plan) return;
    trainer.emplace(*program, trainer_options(flags, *output, ranks));
    if (flags.resume.empty()) return;
    const Checkpoint kept = load_checkpoint(flags.resume);
    for (const std::string& text : kept.remarks) remark(text);
    trainer->resume(kept);
    if (trainer->done())
      remark(fmt::format("{}: all epochs are done; --epochs with more goes on", flags.resume));
  });
  if (flags.show) {
    print(lesson->text());
    return 0;
  }
  if (flags.plan)
    return plan_training(*program, trainer_options(flags, *output, ranks), flags, ranks);
  if (ranks != nullptr) {
    ranks->when_one_dies([&flags, size = ranks->size()](int dead) {
      return farewell(dead, size, flags.checkpoint.empty() ? flags.resume : flags.checkpoint);
    });
  }
  output->start(*trainer);
  const bool finite = train(*trainer, *program, *output, flags, ranks);
  if (!is_first(ranks)) return 0;
  return report_training(*trainer, *program, *output, flags, finite);
}

}  // namespace

Command train_command() {
  const auto flags = std::make_shared<TrainFlags>();
  return {
      "train", "trains a lesson's network, or one that --layers describes",
      "Examples:\n"
      "  tracer train mnist-784-20-10 --save digits.safetensors\n"
      "  tracer train circles-2-5-1 --seed 3 --epochs 500\n"
      "  tracer train --layers 784,128,64,10 --data mnist --dropout 0.2 --batch-norm --epochs 5\n"
      "  tracer train --layers 2,8,1 --data moons --show      (the lesson that these flags write)\n"
      "  tracer train big.lesson --checkpoint big.ckpt        (later: --resume big.ckpt)\n"
      "  mpirun -n 4 tracer train big.lesson                  (four processes, on one machine or "
      "more)\n"
      "Ctrl-C ends the run after the present step and shows the report; a second one ends it at "
      "once.",
      train_flags(*flags),
      [flags] { return with_others([&](Ranks* ranks) { return run(*flags, ranks); }); }};
}

}  // namespace tracer::cli
