#include "tracer/cli/train_plan.hpp"

#include <algorithm>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/cli/output.hpp"
#include "tracer/cli/together.hpp"
#include "tracer/json_text.hpp"
#include "tracer/number/threads.hpp"
#include "tracer/run/plan.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/train/step_cost.hpp"

namespace tracer::cli {
namespace {

constexpr LinkCost ethernet{50e-6, 1.1e9};  // 10 Gbit/s, as most clusters have at least
constexpr LinkCost memory{3e-6, 3e9};       // of one machine: a message is copied twice

struct WhereTheyRun {
  std::string heading;  // where the processes are
  std::string said;     // of the link between them
  std::vector<StepCost> rows;
};

std::string milliseconds(double seconds) { return fmt::format("{:.3f}", seconds * 1e3); }

std::string link_text(const LinkCost& link, std::string_view how) {
  return fmt::format("{:.1f} µs and {:.2f} GB/s between two, {}", link.latency * 1e6,
                     link.bandwidth * 1e-9, how);
}

double adding(int processes, const Exchange& exchange, const LinkCost& link) {
  if (processes == 1) return 0;
  return sum_seconds(processes, exchange.bytes, link) +
         exchange.short_sums * sum_seconds(processes, exchange.short_bytes, link);
}

std::string conclusion(const std::vector<StepCost>& rows) {
  const Worthwhile found = worthwhile(rows);
  if (found.fastest == 0) return "One process is the fastest.";
  const int fastest = rows[found.fastest].processes;
  const int pays = rows[found.last_that_pays].processes;
  if (pays == rows.back().processes)
    return fmt::format("It pays up to {} processes, as far as was asked.", pays);
  return fmt::format("It pays up to {} process{}: twice as many are not a tenth faster.{}", pays,
                     pays == 1 ? "" : "es",
                     fastest == pays ? "" : fmt::format(" The fastest are {}.", fastest));
}

TableBlock table_of(const WhereTheyRun& place, int batch, int steps_per_epoch) {
  TableBlock table{{{"processes", true},
                    {"samples each", true},
                    {"computing, ms", true},
                    {"adding up, ms", true},
                    {"step, ms", true},
                    {"epoch, s", true},
                    {"faster", true},
                    {"efficiency", true}},
                   {}};
  for (const StepCost& row : place.rows) {
    const double faster = place.rows.front().step() / row.step();
    const int least = batch / row.processes;
    table.rows.push_back(
        {fmt::format("{}", row.processes),
         batch % row.processes == 0 ? fmt::format("{}", least)
                                    : fmt::format("{}–{}", least, least + 1),
         milliseconds(row.computing), milliseconds(row.adding), milliseconds(row.step()),
         fmt::format("{:.2f}", row.step() * steps_per_epoch), fmt::format("{:.2f}×", faster),
         fmt::format("{:.0f} %", 100 * faster / row.processes)});
  }
  return table;
}

void print_json(const std::vector<WhereTheyRun>& places) {
  nlohmann::ordered_json line{{"event", "plan"}};
  for (const WhereTheyRun& place : places) {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const StepCost& row : place.rows) {
      rows.push_back({{"processes", row.processes},
                      {"computing", row.computing},
                      {"adding", row.adding},
                      {"step", row.step()}});
    }
    line[place.heading] = {{"link", place.said}, {"rows", std::move(rows)}};
  }
  print(json_text(line) + "\n");
}

}  // namespace

int plan_training(const Program& program, TrainerOptions options, const TrainFlags& flags,
                  Ranks* ranks) {
  const Plan plan(program);
  const int cores = static_cast<int>(std::thread::hardware_concurrency()) / std::max(threads(), 1);
  const Exchange exchange = exchange_of(program, options);
  options.on_batch = {};
  options.look_step = {};
  // What one process computes: alone, as on a machine of its own, and with as many beside it as there are
  // cores. Those that were started with the first leave it the machine meanwhile.
  std::vector<StepCost> own;
  std::vector<StepCost> crowded;
  const auto waiting = [&](int n) {  // those that have no core wait for those that have one
    return std::max(1.0, static_cast<double>(n) / std::max(cores, 1));
  };
  const bool measures = is_first(ranks);
  for (int n = 1; n <= *flags.plan && n <= plan.batch_size(); n *= 2) {
    own.push_back({n, 0, 0});
    crowded.push_back({n, 0, 0});
  }
  // Whoever else uses the machine does so now and then: of some measurements the least is ours.
  const auto take = [&](StepCost& row, int at_once) {
    const double seconds = measured_step(program, options, row.processes, at_once);
    row.computing = row.computing == 0 ? seconds : std::min(row.computing, seconds);
  };
  constexpr int rounds = 3;
  for (int round = 0; measures && round < rounds; ++round) {
    for (StepCost& row : own) take(row, 1);
    for (StepCost& row : crowded) take(row, std::clamp(cores, 1, row.processes));
  }
  for (StepCost& row : crowded) row.computing *= waiting(row.processes);
  std::optional<LinkCost> measured;
  if (ranks != nullptr) measured = measured_link(*ranks, exchange.bytes);
  if (!measures) return 0;

  const bool is_given = flags.latency || flags.bandwidth;
  const bool is_local = measured && ranks->on_this_machine() == ranks->size();
  // How long it takes between processes of one machine, or of several: as given, else as measured there.
  const auto link_of = [&](bool one_machine, std::string& said) {
    LinkCost link = one_machine ? memory : ethernet;
    const bool is_measured = measured && is_local == one_machine;
    if (is_measured) link = *measured;
    if (flags.latency) link.latency = *flags.latency * 1e-6;
    if (flags.bandwidth) link.bandwidth = *flags.bandwidth * 1e9;
    said =
        link_text(link, is_given      ? "as given"
                        : is_measured ? "measured"
                                      : "assumed: --latency, --bandwidth, or start it by mpirun");
    return link;
  };
  std::vector<WhereTheyRun> places{
      {fmt::format("on this machine, which has {} core{} for processes of {} thread{}", cores,
                   cores == 1 ? "" : "s", threads(), threads() == 1 ? "" : "s"),
       "", crowded},
      {"on a machine each", "", own}};
  for (WhereTheyRun& place : places) {
    const bool one_machine = &place == &places.front();
    const LinkCost link = link_of(one_machine, place.said);
    for (StepCost& row : place.rows) {
      row.adding = adding(row.processes, exchange, link);
      if (one_machine) row.adding *= waiting(row.processes);
    }
  }
  if (flags.output.chosen() == "json") {
    print_json(places);
    return 0;
  }
  Document page{{PageHeading{
      1, fmt::format("What more processes would give {}",
                     program.title.empty() ? program.source->name() : program.title)}}};
  page.push_back({Paragraph{{fmt::format(
      "{} samples a step, {} steps an epoch; {} KB of gradients are added up in each. Computing is "
      "measured, adding up is a model of latency and bandwidth.",
      grouped(plan.batch_size()), grouped(plan.steps_per_epoch()),
      grouped(static_cast<long long>(exchange.bytes / 1000)))}}});
  for (const WhereTheyRun& place : places) {
    page.push_back(
        {Paragraph{{fmt::format("Processes {} ({}):", place.heading, place.said)}}, true});
    page.push_back({table_of(place, plan.batch_size(), plan.steps_per_epoch())});
    page.push_back({Paragraph{{conclusion(place.rows)}}});
  }
  flags.output.write(page);
  return 0;
}

}  // namespace tracer::cli
