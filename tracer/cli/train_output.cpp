#include "tracer/cli/train_output.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "datasets/split.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/error.hpp"
#include "tracer/json_text.hpp"
#include "tracer/number/threads.hpp"
#include "tracer/render/model_page.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/text/table.hpp"
#include "tracer/train/layer_summary.hpp"
#include "tracer/train/model_file.hpp"
#include "tracer/view/chart_svg.hpp"
#include "tracer/view/gnuplot.hpp"
#include "tracer/view/scatter_svg.hpp"

namespace tracer::cli {
namespace {

volatile std::sig_atomic_t signals = 0;
volatile std::sig_atomic_t first_signal = 0;
struct sigaction before_int;   // NOLINT: the handlers of a process are global, so are these
struct sigaction before_term;  // NOLINT

// A signal's frame is written below the stack pointer, and oneDNN's products point that into a
// small buffer of their own while they run (its sgemm, 2.6): the frame would land in whatever lies
// before that buffer. So the handler gets a stack of its own (sigaltstack(2)). 64 KiB: a frame with
// AVX-512 and AMX registers takes 12.
alignas(16) std::array<std::byte, std::size_t{64} * 1024> handler_stack;

// Only what may be called in a signal handler (signal-safety(7)).
void count(int signal) {
  if (signals == 0) first_signal = signal;
  signals = signals + 1;
  if (signals > 1) _exit(128 + signal);  // what a shell expects of a program ended by a signal
}

// Such a stack is one thread's. The others never take these signals: they inherit the mask of the
// thread that starts them.
void start_threads_that_take_no_signals() {
  sigset_t ours;
  sigset_t before;
  sigemptyset(&ours);
  sigaddset(&ours, SIGINT);
  sigaddset(&ours, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ours, &before);
  in_parts(threads(), 1, [](std::ptrdiff_t, std::ptrdiff_t) {});
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

Interrupt::Interrupt() {
  signals = 0;
  start_threads_that_take_no_signals();
  stack_t stack{};
  stack.ss_sp = handler_stack.data();
  stack.ss_size = handler_stack.size();
  sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_handler = count;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART | SA_ONSTACK;  // a write that is under way goes on
  sigaction(SIGINT, &action, &before_int);
  sigaction(SIGTERM, &action, &before_term);
}

Interrupt::~Interrupt() {
  sigaction(SIGINT, &before_int, nullptr);
  sigaction(SIGTERM, &before_term, nullptr);
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  sigaltstack(&none, nullptr);
}

bool Interrupt::asked() { return signals > 0; }
int Interrupt::status() { return signals > 0 ? 128 + first_signal : 0; }

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

std::string some_names(const std::vector<std::string>& names, const Style& style) {
  constexpr std::size_t most = 6;
  std::vector<std::string> some;
  for (const std::string& name : names) {
    if (some.size() < most) some.push_back(clean(name, style));
  }
  return fmt::format("{}{}", fmt::join(some, ", "),
                     names.size() > most ? fmt::format(" ... ({})", names.size()) : "");
}

// The columns, and of those that are one-hot how many values they have.
std::vector<std::string> columns_with_values(const Columns& columns) {
  std::vector<std::string> texts;
  for (std::size_t k = 0; k < columns.values.size(); ++k) {
    const std::string name =
        columns.features.empty() ? fmt::format("feature {}", k + 1) : columns.features[k];
    const std::size_t values = columns.values[k].size();
    texts.push_back(values == 0 ? name : fmt::format("{} ({} values)", name, values));
  }
  return texts;
}

// "iris.csv: label species (column 5): classes setosa, virginica; features length, width": which
// column was taken for what.
std::string columns_text(const Samples& data, const Style& style) {
  const Columns& columns = *data.columns;
  const int features = data.entries(0);
  std::string text = clean(data.source, style) + ": ";
  if (columns.label_at < 0) {
    text += "no label";
  } else if (columns.label.empty()) {
    text += fmt::format("no header, label column {}", columns.label_at + 1);
  } else {
    text += fmt::format("label {} (column {})", clean(columns.label, style), columns.label_at + 1);
  }
  if (columns.label_at >= 0) {
    text += data.classes.empty() ? ": numbers"
                                 : fmt::format(": {} classes, {}", data.classes.size(),
                                               some_names(data.classes, style));
  }
  if (columns.values.empty()) {
    return text + (columns.features.empty()
                       ? fmt::format("; features: the other {}", features)
                       : fmt::format("; features {}", some_names(columns.features, style)));
  }
  return text + fmt::format("; {} features of {} columns, {}", features, columns.values.size(),
                            some_names(columns_with_values(columns), style));
}

// "W1 @ X + b1", its shape and its parameters, line by line; of a long lesson those alone that have
// parameters. No rows where there is no network.
struct LayersTable {
  TableBlock table;
  std::size_t more = 0;  // that are left out
};
LayersTable layers_table(const Program& program) {
  constexpr std::size_t most = 24;
  LayersTable made{{{{"line"}, {"value"}, {"parameters"}, {"count", true}}, {}}};
  std::vector<LayerSummary> layers = layer_summaries(program);
  if (layers.size() > most)
    std::erase_if(layers, [](const LayerSummary& layer) { return layer.parameters.empty(); });
  const std::size_t count = layers.size();
  if (count < 2) return made;
  if (count > most) {
    made.more = count - most;
    layers.resize(most);
  }
  for (const LayerSummary& layer : layers) {
    made.table.rows.push_back({layer.line, layer.shape,
                               fmt::format("{}", fmt::join(layer.parameters, ", ")),
                               layer.parameters.empty() ? "" : grouped(layer.count)});
  }
  return made;
}

std::string summary_text(const Program& program, const Style& style) {
  LayersTable made = layers_table(program);
  if (made.table.rows.empty()) return "";
  for (std::vector<TableCell>& row : made.table.rows)
    for (TableCell& cell : row) cell.text = clean(cell.text, style);
  std::string text = table(made.table.columns, made.table.rows, style);
  if (made.more > 0) text += fmt::format("and {} more\n", made.more);
  return text + "\n";
}

std::string title_of(const Program& program) {
  return program.title.empty() ? program.source->name() : program.title;
}

// What is trained, on how much, and how, a line each.
std::vector<std::string> start_lines(const Program& program, const Trainer& trainer,
                                     const std::string& dtype, const Style& style) {
  const Training& training = *program.training;
  const auto part = [&](Part which, const char* name) -> std::string {
    const int count = trainer.count(which);
    return count == 0 ? "" : fmt::format(", {} {}", grouped(count), name);
  };
  const std::string batch =
      training.batch_size == 0 ? "full batch" : fmt::format("batch {}", training.batch_size);
  std::vector<std::string> lines{
      fmt::format("{} training samples{}{}; {} parameters", grouped(trainer.count(Part::train)),
                  part(Part::validation, "validation"), part(Part::test, "test"),
                  grouped(parameter_count(program)))};
  if (program.data && program.data->columns) lines.push_back(columns_text(*program.data, style));
  const int processes = trainer.processes();
  lines.push_back(fmt::format("{}, {}, {}, {}{} thread{}, seed {}", training.optimizer.name, batch,
                              dtype,
                              processes == 1 ? "" : fmt::format("{} processes of ", processes),
                              threads(), threads() == 1 ? "" : "s", program.seed));
  return lines;
}

// The page of a whole training, which the terminal shows in parts as it goes on.
Document training_page(const Program& program, const Trainer& trainer, const TrainingEnd& end,
                       const std::string& dtype, const ModelReport* report) {
  Document page{{PageHeading{1, title_of(program)}}};
  for (const std::string& line : start_lines(program, trainer, dtype, Style{}))
    page.push_back({Paragraph{{line}}, page.size() == 1});
  LayersTable layers = layers_table(program);
  if (!layers.table.rows.empty()) page.push_back({std::move(layers.table)});
  if (layers.more > 0) page.push_back({Paragraph{{fmt::format("and {} more", layers.more)}}});
  page += page_of(trainer, end, report);
  const std::string file = std::filesystem::path(program.source->name()).filename().string();
  page.push_back({Listing{fmt::format("The lesson, {}", file), program.source->text()}});
  return page;
}

// Where one feature varies a hundred times as much as another, which few networks learn from: what
// to do; else empty.
std::string scale_text(const Samples& data) {
  constexpr float far = 100;
  const auto* values = data.values.empty() ? nullptr : std::get_if<Array<float>>(&data.values[0]);
  if (!data.columns || data.scaling || data.image_rows > 0 || values == nullptr) return "";
  Array<float> turned;
  if (data.rows) turned = values->transpose();
  const Array<float>& features = data.rows ? turned : *values;
  const Scaling scaling = standard_scaling(features);
  Eigen::Index widest = -1;
  Eigen::Index narrowest = -1;
  for (Eigen::Index k = 0; k < features.rows(); ++k) {
    if ((features.row(k) == features(k, 0)).all()) continue;
    if (widest < 0 || scaling.factor(k, 0) < scaling.factor(widest, 0)) widest = k;
    if (narrowest < 0 || scaling.factor(k, 0) > scaling.factor(narrowest, 0)) narrowest = k;
  }
  if (widest < 0) return "";
  const float ratio = scaling.factor(narrowest, 0) / scaling.factor(widest, 0);
  if (!(ratio >= far)) return "";
  const auto name = [&](Eigen::Index k) {
    const std::vector<std::string> names = feature_names(*data.columns);
    return names.empty() ? fmt::format("feature {}", k + 1) : names[static_cast<std::size_t>(k)];
  };
  return fmt::format(
      "{} varies {} times as much as {}: normalise=\"standard\" in the data call "
      "(--normalise standard) brings all features to one scale",
      name(widest), grouped(std::llround(ratio)), name(narrowest));
}

}  // namespace

TrainOutput::TrainOutput(const TrainFlags& flags, const Program& program)
    : program_(program),
      json_(flags.output.chosen() == "json"),
      quiet_(flags.quiet || (!json_ && flags.output.chosen() != "text")),
      verbose_(flags.verbose),
      draws_(!flags.quiet && progress_wanted()),
      pictures_(flags.pictures && json_),
      dtype_(flags.dtype),
      colour_(flags.output.colour),
      style_(output_style(flags.output.colour)),
      bar_(error_style(flags.output.colour), 1000),  // the pause is ours: epochs may be shorter
      drawn_(Clock::now()) {}

void TrainOutput::start(const Trainer& trainer) const {
  if (json_ || quiet_) return;
  if (program_.data) {
    if (const std::string text = scale_text(*program_.data); !text.empty()) remark(text);
  }
  std::string text = title_of(program_) + "\n";
  for (const std::string& line : start_lines(program_, trainer, dtype_, style_))
    text += line + "\n";
  text += "\n";
  text += summary_text(program_, style_);
  print(text);
}

void TrainOutput::step(const Progress& progress) {
  if (!draws_) return;
  const Clock::time_point now = Clock::now();
  if (now - drawn_ < pause) return;
  drawn_ = now;
  bar_.take_width(error_style(colour_).width);  // the terminal may have become narrower
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
    if (pictures_ && !last) pictures(trainer);
    return;
  }
  if (!has_line(record, last)) return;
  style_.width = output_style(colour_).width;
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

// {"event": "pictures", "curves": "<svg ...", "boundary": "<svg ..."}: what is there to be drawn.
void TrainOutput::pictures(const Trainer& trainer) {
  const Clock::time_point begun = Clock::now();
  if (begun < next_picture_) return;
  nlohmann::ordered_json line{{"event", "pictures"}, {"curves", curves_svg(trainer.history())}};
  if (has_plane(program_)) {
    const Metrics metrics = trainer.evaluate(Part::train);
    const Model model = trainer.model();
    const ModelReport report{program_, model, name_of(Part::train),
                             metrics,  {},    part_samples(program_, Part::train)};
    if (has_boundary(report)) {
      const Plane plane = plane_of(report);
      line["boundary"] = boundary_svg(plane.set, plane.predict, plane.says, "decision boundary");
    }
  }
  print(json_text(line) + "\n");
  // drawing takes a fifth of the time at most
  const Clock::time_point now = Clock::now();
  next_picture_ =
      now + std::max<Clock::duration>(std::chrono::milliseconds(250), 4 * (now - begun));
}

// The end of `tracer train`: the best weights come back, files are written, curves, scores and
// expectations shown. Next: ../render/model_page.hpp.

namespace {

using Json = nlohmann::ordered_json;

TrainingEnd end_of(Trainer& trainer, bool finite) {
  TrainingEnd end;
  end.finite = finite;
  end.interrupted = Interrupt::asked();
  if (finite) end.best_epoch = trainer.finish();
  for (const EpochRecord& record : trainer.history()) end.seconds += record.seconds;
  for (const Part part : {Part::train, Part::validation, Part::test}) {
    if (trainer.count(part) > 0) end.parts.emplace_back(part, trainer.evaluate(part));
  }
  if (finite) end.verdicts = trainer.verdicts();
  return end;
}

void add_metrics(Json& into, const std::string& key, const Metrics& metrics) {
  into[key + "_loss"] = metrics.loss;
  if (metrics.task == Task::numbers) {
    if (metrics.r2) into[key + "_r2"] = *metrics.r2;
    if (metrics.r2_by_variance) into[key + "_r2_by_variance"] = *metrics.r2_by_variance;
    if (metrics.mae) into[key + "_mae"] = *metrics.mae;
    if (metrics.rmse) into[key + "_rmse"] = *metrics.rmse;
    return;
  }
  into[key + "_accuracy"] = metrics.accuracy();
  into[key + "_f1"] = metrics.macro().f1;
}

std::string json_line(const Trainer& trainer, const TrainingEnd& end) {
  Json line;
  line["event"] = "end";
  line["reason"] = end.finite ? trainer.reason() : "the loss is not finite";
  line["epochs"] = trainer.history().size();
  if (end.best_epoch > 0) line["best_epoch"] = end.best_epoch;
  line["interrupted"] = end.interrupted;
  line["seconds"] = end.seconds;
  for (const auto& [part, metrics] : end.parts) add_metrics(line, key_of(part), metrics);
  line["expectations"] = Json::array();
  for (const Trainer::JudgedExpectation& verdict : end.verdicts) {
    Json one{{"text", verdict.text}};
    one["holds"] = verdict.judged ? Json(verdict.holds) : Json();
    line["expectations"].push_back(std::move(one));
  }
  return json_text(line) + "\n";
}

// All but what is predicted, which gnuplot's pictures can do without.
ModelReport report_of(const Program& program, const Model& model, const TrainingEnd& end) {
  const auto& [part, metrics] = end.parts.back();
  return {program, model, name_of(part), metrics, {}, part_samples(program, part)};
}

// What the model predicts; of classes in `full` with their ranking and the worst of them, for which
// the terminal's page has no room.
void add_predictions(ModelReport& brief, const Trainer& trainer, const TrainingEnd& end,
                     std::optional<ModelReport>& full) {
  const Array<float> outputs = trainer.predict(end.parts.back().first);
  const bool classes = brief.metrics.task != Task::numbers;
  const Samples* samples = brief.samples.samples;
  if (classes) brief.predicted = predicted_classes(brief.program, outputs);
  if (!classes && samples != nullptr && samples->image_rows > 0) brief.outputs = outputs;
  full.emplace(brief);
  if (samples == nullptr) return;
  full->outputs = outputs;
  if (classes)
    full->ranking =
        ranking_of(full->metrics, full->samples.labels(full->metrics.task), outputs, samples->rows);
}

void plot(const Trainer& trainer, const Program& program, const Model& model,
          const TrainingEnd& end, const std::string& folder) {
  const Plots plots(folder);
  Plots::Files files = plots.curves({{title_of(program), trainer.history()}});
  if (!end.parts.empty()) {
    const Plots::Files more = plot_model(report_of(program, model, end), folder);
    files.insert(files.end(), more.begin(), more.end());
  }
  remark_written(files);
}

}  // namespace

int report_training(Trainer& trainer, const Program& program, TrainOutput& output,
                    const TrainFlags& flags, bool finite) {
  const TrainingEnd end = end_of(trainer, finite);
  Model model = trainer.model();
  model.data = outline_of(program);
  std::optional<Error> failed;  // the results are shown even where a file can't be written
  const auto attempt = [&](const auto& write) {
    try {
      write();
    } catch (const Error& error) {
      if (!failed) failed = error;
    }
  };
  if (end.interrupted) {
    remark(fmt::format("interrupted in epoch {}: what has been learnt until then is kept{}",
                       trainer.history().empty() ? 1 : trainer.history().back().epoch,
                       flags.checkpoint.empty()
                           ? ""
                           : fmt::format(" (go on with --resume {})", flags.checkpoint)));
  }
  if (!flags.save.empty() && finite) {
    attempt([&] {
      if (flags.save.ends_with(".npz")) {
        save_npz(flags.save, model);
      } else {
        save_model(flags.save, model);
      }
    });
  } else if (!flags.save.empty()) {
    remark(fmt::format("{} is not written: the run did not end well", flags.save));
  }
  if (!flags.csv.empty()) attempt([&] { write_result(flags.csv, to_csv(trainer.history())); });
  const bool is_page = flags.output.chosen() != "text" && !output.json();
  std::optional<ModelReport> brief;  // of the terminal
  std::optional<ModelReport> full;   // of a page
  if (!flags.no_report && !end.parts.empty() &&
      (is_page || !flags.report.empty() || !(output.json() || output.quiet()))) {
    brief.emplace(report_of(program, model, end));
    add_predictions(*brief, trainer, end, full);
  }
  const auto page = [&] {
    return training_page(program, trainer, end, flags.dtype, full ? &*full : nullptr);
  };
  if (output.json()) {
    print(json_line(trainer, end));
  } else if (is_page) {
    flags.output.write(page());
  } else if (output.quiet()) {
    print(summary(end, flags.output.style()));
  } else {
    flags.output.write(flags.no_report ? brief_page_of(trainer, end)
                                       : page_of(trainer, end, brief ? &*brief : nullptr));
  }
  if (!flags.report.empty())
    attempt([&] { write_result(flags.report, write(page(), format_of_file(flags.report))); });
  if (!flags.plot.empty()) attempt([&] { plot(trainer, program, model, end, flags.plot); });
  if (failed) throw *failed;
  if (!finite) return 1;
  if (end.interrupted) return Interrupt::status();
  if (end.expectations_hold()) return 0;
  if (output.json() || output.quiet()) remark("\n" + write(expectations_page(end), "text"));
  return 1;
}

}  // namespace tracer::cli
