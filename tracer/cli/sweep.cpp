// tracer sweep: a lesson trained with every combination of some options, and a table of them that
// can be believed. Next: sweep_flags.hpp; tracer/sweep/summary.hpp.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "tracer/cli/commands.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/cli/sweep_flags.hpp"
#include "tracer/cli/together.hpp"
#include "tracer/cli/train_output.hpp"
#include "tracer/error.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/number/threads.hpp"
#include "tracer/ranks/started.hpp"
#include "tracer/render/sweep_page.hpp"
#include "tracer/render/sweep_report.hpp"
#include "tracer/sweep/estimate.hpp"
#include "tracer/sweep/handed_out.hpp"
#include "tracer/sweep/rungs.hpp"
#include "tracer/sweep/summary.hpp"
#include "tracer/sweep/winner.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/train/evaluate.hpp"
#include "tracer/train/model_file.hpp"
#include "tracer/train/part_samples.hpp"

namespace tracer::cli {
namespace {

namespace fs = std::filesystem;

// A line on the terminal: how far it is, what is the best so far, how long it will take.
class SweepBar {
 public:
  SweepBar(const SweepPlan& plan, const SweepFlags& flags)
      : plan_(plan),
        draws_(!flags.quiet && progress_wanted()),
        style_(error_style(flags.output.colour)) {}

  void draw(const SweepProgress& progress, const Results& results) {
    if (!draws_) return;
    style_.width = error_style("auto").width;
    clear();
    std::string line = fmt::format("{}/{} runs", progress.done, progress.all);
    if (plan_.is_halved())
      line = fmt::format("rung {}/{}, ", plan_.rungs.size(), plan_.rung_count) + line;
    if (progress.failed > 0) line += fmt::format(", {} failed", progress.failed);
    line += fmt::format(", {} running", progress.running);
    const int left = progress.all - progress.done;
    if (progress.now > 0 && left > 0)
      line += fmt::format(", {} left", clock_time(progress.seconds / progress.now * left));
    line += best_text(results);
    redraw(fit(line, style_.width - 1, style_));
    drawn_ = true;
  }
  void clear() {
    if (drawn_) redraw("\r\033[K");
    drawn_ = false;
  }

 private:
  std::string best_text(const Results& results) const {
    if (results.empty() || results.size() == counted_) return best_;
    counted_ = results.size();
    std::vector<std::pair<double, int>> sums(plan_.candidates.size());  // and counts
    for (const PlannedRun& run : plan_.runs) {
      const auto found = results.find(run.key);
      const bool is_now = std::cmp_equal(run.rung + 1, plan_.rungs.size());
      if (!is_now || found == results.end() || !found->second.is_done()) continue;
      auto& [sum, count] = sums[static_cast<std::size_t>(run.setting)];
      sum += found->second.score;
      ++count;
    }
    double best = 0;
    int setting = -1;
    for (std::size_t k = 0; k < sums.size(); ++k) {
      if (sums[k].second == 0) continue;
      const double mean = sums[k].first / sums[k].second;
      if (setting >= 0 && !(plan_.score.larger_is_better() ? mean > best : mean < best)) continue;
      best = mean;
      setting = static_cast<int>(k);
    }
    if (setting >= 0)
      best_ = fmt::format("; best so far {} ({})", score_text(plan_.score.kind, best),
                          plan_.name_of_setting(setting));
    return best_;
  }

  const SweepPlan& plan_;
  bool draws_;
  bool drawn_ = false;
  Style style_;
  mutable std::size_t counted_ = 0;
  mutable std::string best_;
};

// sweep-circles-2-5-1
fs::path folder_of(const SweepFlags& flags, const SweepPlan& plan) {
  if (!flags.out.empty()) return flags.out;
  std::string name = "sweep-" + plan.name;
  std::ranges::replace_if(
      name, [](char c) { return c == ' ' || c == '/' || c == '(' || c == ')' || c == '"'; }, '-');
  return name;
}

Histories histories_of(const SweepPlan& plan, const SweepFolder& folder) {
  Histories histories;
  for (const PlannedRun* run : plan.trainings()) {
    const auto found = folder.results().find(run->key);
    if (found == folder.results().end() || !found->second.is_done()) continue;
    try {
      histories[run->key] = folder.model_of(run->key).history;
    } catch (const Error&) {  // it was run on another machine, whose folder this is not
    }
  }
  return histories;
}

// A model and what it says of some samples: what a report shows of it points into here.
struct JudgedModel {
  std::string which;
  Program program;
  Model model;
  Evaluation made;
  std::optional<ModelReport> report;

  void judge(Part part) {
    const PartSamples samples = part_samples(program, part);
    made = evaluate(program, model, samples);
    const Metrics& metrics = made.metrics;
    report.emplace(ModelReport{
        program, model, name_of(part), metrics, made.predicted, samples, Cells::counts,
        ranking_of(metrics, samples.labels(metrics.task), made.outputs, samples.samples->rows),
        made.outputs});
  }
};

// The boundaries of all settings, each by its first run.
Document boundaries(const SweepPlan& plan, const SweepFolder& folder, const SweepSummary& summary) {
  if (!has_plane(load_program(plan.runs.front().lesson))) return {};
  std::unique_ptr<JudgedModel> model;
  const auto model_of = [&](int setting) -> const ModelReport* {
    const auto run = std::ranges::find_if(
        plan.runs, [&](const PlannedRun& one) { return plan.is_run_of(one, setting); });
    try {
      model = std::make_unique<JudgedModel>(
          JudgedModel{"", load_program(run->lesson), folder.model_of(run->key), {}, {}});
      model->judge(plan.score.part);
    } catch (const Error&) {  // it has failed, or was run on another machine
      return nullptr;
    }
    return &*model->report;
  };
  return boundaries_of_sweep(plan, summary, model_of);
}

// The best setting's model, on the test data, else on the samples that it was chosen by.
std::unique_ptr<JudgedModel> best_model(const SweepPlan& plan, const SweepFolder& folder,
                                        int setting, const std::optional<WinnerOnTest>& winner) {
  const auto run = std::ranges::find_if(
      plan.runs, [&](const PlannedRun& one) { return plan.is_run_of(one, setting); });
  std::optional<Model> model;
  if (winner) {
    model = winner->model;
  } else {
    try {
      model = folder.model_of(run->key);
    } catch (const Error&) {
      return nullptr;
    }
  }
  const bool refitted_model = winner && winner->refitted;
  auto best = std::make_unique<JudgedModel>(JudgedModel{
      fmt::format("the best setting, {}, with seed {}{}", plan.name_of_setting(setting), run->seed,
                  refitted_model  ? ", trained on all folds"
                  : run->fold > 0 ? fmt::format(", fold {}", run->fold)
                                  : ""),
      load_program(refitted_model ? refitted(plan, setting) : run->lesson),
      std::move(*model),
      {},
      {}});
  best->judge(winner ? Part::test : plan.score.part);
  return best;
}

// The table and the sentences: on standard output, and as files, which have more of it.
void report(const SweepFlags& flags, const SweepPlan& plan, const SweepFolder& folder) {
  std::optional<int> baseline;
  if (!flags.baseline.empty()) baseline = setting_called(plan, flags.baseline);
  const SweepSummary summary = summary_of(plan, folder.results(), baseline);
  write_result((folder.path() / "results.csv").string(), results_csv(plan, folder.results()));
  std::optional<WinnerOnTest> winner;
  if (summary.best >= 0) winner = winner_on_test(plan, folder, summary.best, Interrupt::asked);
  if (winner) save_model(folder.path() / "best.safetensors", winner->model);
  Document page = page_of(plan, summary, winner);
  const auto is_page = [](std::string_view format) {
    return !format.empty() && format != "text" && format != "json";
  };
  Histories histories;
  std::unique_ptr<JudgedModel> best;
  if (is_page(flags.output.chosen()) || is_page(format_of_file(flags.report))) {
    histories = histories_of(plan, folder);
    page += pictures_of_sweep(plan, summary, folder.results(), histories);
    page += boundaries(plan, folder, summary);
    if (summary.best >= 0) best = best_model(plan, folder, summary.best, winner);
    if (best) page += best_model_of_sweep(best->which, *best->report);
    page += settings_of_sweep(plan);
  }
  if (flags.output.chosen() == "json") {
    print(sweep_json(plan, summary, winner));
  } else {
    flags.output.write(page);
  }
  if (flags.report.empty()) return;
  if (flags.report.ends_with(".json")) {
    write_result(flags.report, sweep_json(plan, summary, winner));
  } else {
    write_result(flags.report, write(page, format_of_file(flags.report)));
  }
}

void say_times(const SweepPlan& plan, const Results& results, double seconds, int jobs) {
  double sum = 0;
  double least = -1;
  double most = 0;
  int count = 0;
  for (const PlannedRun* run : plan.trainings()) {
    const auto found = results.find(run->key);
    if (found == results.end()) continue;
    const double of = found->second.seconds;
    sum += of;
    least = least < 0 ? of : std::min(least, of);
    most = std::max(most, of);
    ++count;
  }
  if (count == 0) return;
  remark(fmt::format("{:.2f} s of training a run ({:.2f} … {:.2f}), {} at a time; {} together",
                     sum / count, least, most, jobs, clock_time(seconds)));
}

// Trained by all processes; the first has the folder and the table.
int run(const SweepFlags& flags, Ranks* ranks) {
  std::optional<SweepPlan> made;
  Shard shard;
  agree(ranks, [&] {
    require_page_file("--report", flags.report, {".json"});
    if (ranks == nullptr) shard = shard_of(flags.shard);
    made.emplace(plan_of(sweep_request(flags)));
    if (!flags.baseline.empty()) setting_called(*made, flags.baseline);
  });
  SweepPlan& plan = *made;
  for (const std::string& text : plan.remarks) remark(text);
  if (flags.dry_run) {
    Document page = page_of(plan);
    const int at_once = ranks == nullptr ? jobs_of(flags, plan) : ranks->size();
    page.push_back({Paragraph{{text_of(estimate_of(plan, at_once))}}, true});
    if (is_first(ranks)) flags.output.write(page);
    return 0;
  }
  set_threads(plan.threads);
  std::optional<SweepFolder> opened;
  std::optional<Interrupt> interrupt;
  agree(ranks, [&] {
    interrupt.emplace();
    if (!is_first(ranks)) return;
    using Take = SweepFolder::Take;
    opened.emplace(folder_of(flags, plan), plan,
                   flags.resume ? Take::resume : (shard.of > 1 ? Take::shared : Take::fresh));
  });
  if (!opened) {
    train_what_is_handed_out(*ranks, plan, Interrupt::asked);
    return 0;
  }
  SweepFolder& folder = *opened;
  SweepJobs jobs;
  jobs.jobs = ranks == nullptr ? jobs_of(flags, plan) : ranks->size();
  jobs.shard = shard;
  jobs.stop = Interrupt::asked;
  TrainRun trains;  // empty: here
  std::optional<HandedOut> handed_out;
  if (ranks != nullptr) {
    handed_out.emplace(*ranks);
    trains = [&](const PlannedRun& one, const std::function<bool()>& stop) {
      return handed_out->train(plan, one, stop);
    };
    ranks->when_one_dies([again = folder.path().string()](int dead) {
      return fmt::format(
          "tracer: process {0} has died, and the sweep ends; what is finished is kept: "
          "the same command with --out {1} --resume goes on\n",
          dead, again);
    });
  }
  SweepBar bar(plan, flags);
  jobs.on_progress = [&bar](const SweepProgress& progress, const Results& results) {
    bar.draw(progress, results);
  };
  const auto began = std::chrono::steady_clock::now();
  bool whole = run_sweep(plan, folder, jobs, trains);
  while (whole && add_next_rung(plan, folder.results()))
    whole = run_sweep(plan, folder, jobs, trains);
  if (handed_out) handed_out->end();
  bar.clear();
  folder.read_again();
  const std::string again = fmt::format("--out {} --resume", folder.path().string());
  if (!whole) {
    remark(fmt::format("interrupted: {} of {} runs are kept; the same command with {} goes on",
                       folder.results().size(), plan.trainings().size(), again));
    return Interrupt::status();
  }
  const auto missing = std::ranges::count_if(plan.trainings(), [&](const PlannedRun* run) {
    return !folder.results().contains(run->key);
  });
  if (missing > 0) {
    remark(
        fmt::format("shard {}/{} is done; {} runs of others are missing, and with the last of "
                    "them comes the table (or with {})",
                    shard.number, shard.of, missing, again));
    return 0;
  }
  report(flags, plan, folder);
  say_times(plan, folder.results(),
            std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(),
            jobs.jobs);
  remark(fmt::format("kept in {}", folder.path().string()));
  return 0;
}

// Without the module each process has its share of the runs (shard_of), as it is told.
int run_with_others(const SweepFlags& flags) {
  if (!flags.shard.empty() || !can_work_together()) return run(flags, nullptr);
  return with_others([&](Ranks* ranks) { return run(flags, ranks); });
}

}  // namespace

Command sweep_command() {
  const auto flags = std::make_shared<SweepFlags>();
  return {
      "sweep", "trains with every combination of some options, in a table that can be believed",
      "Examples:\n"
      "  tracer sweep circles-2-3-1 --set lr=0.1,0.01,0.001 --seeds 6\n"
      "  tracer sweep mnist-784-20-10 --set activation=relu,tanh --set 'W1=kaiming,xavier,zeros'\n"
      "  tracer sweep --layers 2,3,1 --layers 2,5,1 --data moons --set lr=0.1,0.01 --cv 5\n"
      "  tracer sweep big.lesson --set lr=0.1,0.01 --out runs --resume   (what is missing)\n"
      "  mpirun -n 8 tracer sweep big.lesson --set lr=0.1,0.01 --seeds 8 (eight runs at a time)\n"
      "Every setting gets the same seeds: the same split, order and, where shapes agree, first "
      "weights. Ctrl-C keeps what is finished.",
      sweep_flags(*flags), [flags] { return run_with_others(*flags); }};
}

}  // namespace tracer::cli
