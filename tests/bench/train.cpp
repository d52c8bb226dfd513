// The run itself: all sides are started, and then have their turns one after another, epoch by
// epoch, so that a machine whose speed drifts slows all of them. Next: report.hpp.
#include "tests/bench/train.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "tests/bench/images.hpp"
#include "tests/bench/machine.hpp"
#include "tests/bench/report.hpp"
#include "tests/bench/scratch.hpp"
#include "tracer/error.hpp"

namespace tracer::bench {

namespace {

using Sides = std::vector<std::unique_ptr<Side>>;

bool among(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

void require_known(const std::vector<std::string>& given, const std::vector<std::string>& known,
                   const char* what) {
  for (const std::string& name : given) {
    if (!among(known, name)) {
      throw Error(
          fmt::format("there is no {} {}; there are {}", what, name, fmt::join(known, ", ")));
    }
  }
}

// Debian's packages are for Debian's python3, which need not be the first in PATH.
std::string python_with_numpy() {
  for (const char* python : {"python3", "/usr/bin/python3"}) {
    const std::string command = fmt::format("{} -c 'import numpy' 2> /dev/null", python);
    if (std::system(command.c_str()) == 0) return python;
  }
  return "python3";
}

void remark(std::vector<std::string>& remarks, std::string text) {
  fmt::print(stderr, "bench: {}\n", text);
  remarks.push_back(std::move(text));
}

// Sides that can't start, for want of a Python module say, are left out with a remark.
Sides start_sides(const TrainOptions& options, std::vector<std::string>& remarks) {
  Sides sides;
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  const std::string rivals = std::string(TRACER_SOURCE_DIR) + "/tests/bench/rivals.py";
  const std::string python = options.python.empty() ? python_with_numpy() : options.python;
  const auto add = [&](const std::string& name, const std::string& setting,
                       const std::vector<std::string>& command,
                       std::map<std::string, std::string> environment = {}) {
    if (!options.core.empty()) environment["OPENBLAS_CORETYPE"] = options.core;
    if (!among(options.without, name))
      sides.push_back(std::make_unique<Side>(name, setting, command, environment));
  };
  const auto add_rival = [&](const std::string& name, int threads, int blas) {
    const std::string setting = name == "torch" ? fmt::format("torch {}, BLAS {}", threads, blas)
                                                : fmt::format("BLAS {}", blas);
    add(name, setting, {python, rivals, name, std::to_string(threads)},
        {{"OMP_NUM_THREADS", std::to_string(threads)},
         {"OPENBLAS_NUM_THREADS", std::to_string(blas)}});
  };
  std::vector<int> counts{options.threads};
  if (options.threads > 1) counts.push_back(1);
  add("tracer", "", {self, "serve", "tracer", std::to_string(options.threads)});
  for (const int blas : counts) add_rival("torch", 1, blas);
  // not with as many of BLAS: OpenMP's waiting threads then keep them from the cores
  if (options.threads > 1) add_rival("torch", options.threads, 1);
  for (const int blas : counts) add_rival("numpy", 1, blas);
  for (const int blas : counts) add_rival("sklearn", 1, blas);
  for (const char* products : {"bare", "bare-own"}) {
    for (const int count : counts) {
      const std::string number = std::to_string(count);
      add(products, fmt::format("{} thread{}", number, count == 1 ? "" : "s"),
          {self, "serve", products, number});
    }
  }

  std::string said;  // three times the same for three settings is once too often, twice
  std::erase_if(sides, [&](const std::unique_ptr<Side>& side) {
    try {
      side->wait_for_hello();
      return false;
    } catch (const Error& error) {
      const std::string why = fmt::format("{} is left out: {}", side->name(), error.what());
      if (why != said) remark(remarks, why);
      said = why;
      return true;
    }
  });
  return sides;
}

// A setting that takes ten times as long as another of the same side will not be its best one, and
// no passing disturbance of the machine makes it seem so.
void leave_out_slow_settings(const std::vector<Series>& series, const std::vector<double>& seconds,
                             std::vector<Side*>& in_turn, const std::string& workload,
                             std::vector<std::string>& remarks) {
  for (std::size_t i = 0; i < series.size(); ++i) {
    double best = seconds[i];
    for (std::size_t j = 0; j < series.size(); ++j) {
      if (in_turn[j] && series[j].name == series[i].name) best = std::min(best, seconds[j]);
    }
    if (!in_turn[i] || seconds[i] <= 10 * best) continue;
    in_turn[i] = nullptr;
    remark(remarks, fmt::format("{}: {} ({}) is left out after one turn of {:.1f} s, which another "
                                "setting did in {:.1f} s",
                                workload, series[i].name, series[i].setting, seconds[i], best));
  }
}

Measured measure(const Workload& work, const Sides& sides, const Images& images,
                 const std::filesystem::path& scratch, int rounds,
                 std::vector<std::string>& remarks) {
  Measured measured{.work = work, .series = {}};
  std::vector<Side*> in_turn;
  std::string said;
  // Runs f for this side; one that fails is out of this workload.
  const auto attempt = [&](const Side& side, const auto& f) {
    try {
      f();
      return true;
    } catch (const std::exception& error) {
      const std::string why =
          fmt::format("{}: {} is left out: {}", work.name, side.name(), error.what());
      if (why != said) remark(remarks, why);
      said = why;
      return false;
    }
  };
  // tracer's side is the first, and writes the weights that the others start from
  const auto question = to_json(work, images.folder, scratch / (work.name + ".weights"));
  for (const auto& side : sides) {
    if (!attempt(*side, [&] { side->start(question); })) continue;
    in_turn.push_back(side.get());
    Series series;
    series.name = side->name();
    series.setting = side->setting();
    measured.series.push_back(std::move(series));
  }
  std::vector<double> warm(in_turn.size());  // seconds of the first turns
  for (int round = 0; round <= rounds; ++round) {
    if (round == 1) leave_out_slow_settings(measured.series, warm, in_turn, work.name, remarks);
    fmt::print(stderr, "bench: {} round {} of {}\n", work.name, round, rounds);
    for (std::size_t i = 0; i < in_turn.size(); ++i) {
      Series& series = measured.series[i];
      if (!in_turn[i]) continue;
      const bool well = attempt(*in_turn[i], [&] {
        const Turn turn = in_turn[i]->epoch();
        series.last_loss = turn.loss;
        if (round == 0) {
          series.first_loss = turn.loss;
          warm[i] = turn.seconds;
          return;
        }
        series.seconds.push_back(turn.seconds);
        series.wall.push_back(turn.wall);
      });
      if (!well) in_turn[i] = nullptr;
      if (well) series.peak_memory = in_turn[i]->peak_memory();
    }
  }
  std::erase_if(measured.series, [&](const Series& series) {
    return series.seconds.size() != static_cast<std::size_t>(rounds);
  });
  return measured;
}

// What a side does outside the time that it reports must not be much.
void compare_with_wall(const Measured& row, std::vector<std::string>& remarks) {
  for (const Series& series : row.series) {
    double seconds = 0;
    double wall = 0;
    for (std::size_t i = 0; i < series.wall.size(); ++i) {
      seconds += series.seconds[i];
      wall += series.wall[i];
    }
    if (wall > 1.05 * seconds) {
      remark(remarks, fmt::format("{}: {}'s turns took {:.0f} % longer than it reports",
                                  row.work.name, series.name, 100 * (wall / seconds - 1)));
    }
  }
}

}  // namespace

int train_bench(const TrainOptions& options) {
  std::vector<std::string> names;
  for (const Workload& work : workloads()) names.push_back(work.name);
  require_known(options.only, names, "workload");
  require_known(options.without, {"tracer", "torch", "numpy", "sklearn", "bare", "bare-own"},
                "side");

  std::signal(SIGPIPE, SIG_IGN);  // a side that has died is an error of that side only
  const Scratch scratch;
  const Images images = find_images(scratch.path, options.made_up);
  setenv("TRACER_DATA", images.folder.c_str(), 1);  // where all sides look

  Report report;
  const Sides sides = start_sides(options, report.remarks);
  if (sides.empty()) return 2;
  report.machine.push_back(processor());
  for (const auto& side : sides) {
    if (!among(report.machine, side->hello())) report.machine.push_back(side->hello());
  }
  report.machine.push_back(
      images.real
          ? "MNIST"
          : fmt::format(
                "MADE-UP IMAGES, 19 % of the pixels above 0{}",
                options.made_up ? "" : ": there is no MNIST here (tracer data download mnist)"));
  bool comparable = true;
  for (const Workload& work : workloads()) {
    if (!options.only.empty() && !among(options.only, work.name)) continue;
    Measured row = measure(work, sides, images, scratch.path, options.rounds, report.remarks);
    for (std::string& text : disagreements(row)) {
      comparable = false;
      remark(report.remarks, std::move(text));
    }
    compare_with_wall(row, report.remarks);
    report.rows.push_back(std::move(row));
  }
  if (options.json)
    fmt::print("{}\n", report.json().dump(2));
  else
    fmt::print("{}", report.text());
  return comparable ? 0 : 1;
}

}  // namespace tracer::bench
