#include "tests/bench/embed.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>

#include <fmt/format.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "datasets/load.hpp"
#include "tests/bench/images.hpp"
#include "tests/bench/machine.hpp"
#include "tests/bench/scratch.hpp"
#include "tracer/embed/judge.hpp"
#include "tracer/embed/pca.hpp"
#include "tracer/embed/tsne.hpp"
#include "tracer/error.hpp"
#include "tracer/number/threads.hpp"
#include "tracer/text/cells.hpp"

namespace tracer::bench {

namespace {

struct Made {
  double seconds = 0;
  double cpu_seconds = 0;     // of all threads: what a busy machine does not lengthen
  Array<float> picture = {};  // 2 × n
  std::string version = {};
};

struct Row {
  std::string name, setting;
  std::function<Made()> make;
  std::vector<double> seconds = {};
  std::vector<double> cpu_seconds = {};
  double kl = 0, accuracy = 0;
  bool absent = false;

  double median() const { return median_of(seconds); }
  double cpu_median() const { return median_of(cpu_seconds); }

 private:
  static double median_of(std::vector<double> sorted) {
    std::ranges::sort(sorted);
    return sorted[sorted.size() / 2];
  }
};

// A row for each sample, doubles as they lie in memory: Python and R read that without a library.
void write_doubles(const std::filesystem::path& path, const Array<float>& columns) {
  const Array<double> all = columns.cast<double>();
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(all.data()),
             static_cast<std::streamsize>(sizeof(double)) * all.size());
  if (!file.flush()) throw Error(path.string() + ": could not be written");
}

Array<float> read_doubles(const std::filesystem::path& path, Eigen::Index n) {
  Array<double> all(2, n);
  std::ifstream file(path, std::ios::binary);
  if (!file.read(reinterpret_cast<char*>(all.data()),
                 static_cast<std::streamsize>(sizeof(double)) * all.size()))
    throw Error("wrote no picture");
  return all.cast<float>();
}

double seconds_of(const std::function<void()>& work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

// A rival is a script that reads x.bin, writes y.bin and says, as JSON, how long that took without
// reading and writing, and its version.
Made made_by(const std::string& command, const std::filesystem::path& scratch, Eigen::Index n) {
  std::filesystem::remove(scratch / "y.bin");
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw Error("can't be started");
  std::string said;
  char part[4096];
  while (std::fgets(part, sizeof part, pipe) != nullptr) said += part;
  if (pclose(pipe) != 0 || said.find('{') == std::string::npos)
    throw Error("is not there, or fails");
  const nlohmann::json answer = nlohmann::json::parse(said.substr(said.find('{')));
  return {answer.at("seconds").get<double>(), answer.at("cpu_seconds").get<double>(),
          read_doubles(scratch / "y.bin", n), answer.at("version").get<std::string>()};
}

std::vector<Row> rows_of(const EmbedOptions& options, const Array<float>& pixels,
                         const Array<float>& components, const std::filesystem::path& scratch) {
  const auto own = [](const Array<float>& samples) {
    return [&samples] {
      Made made;
      const std::clock_t began = std::clock();
      made.seconds = seconds_of([&] { made.picture = embed::tsne(samples, {}).points; });
      made.cpu_seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
      return made;
    };
  };
  const std::string all_threads =
      fmt::format("{} thread{}", options.threads, options.threads == 1 ? "" : "s");
  std::vector<Row> rows{{"tracer", all_threads, own(components)},
                        {"tracer", all_threads + ", from the pixels", own(pixels)}};
  std::vector<int> counts{options.threads};
  if (options.threads > 1) counts.push_back(1);
  const std::string scripts = std::string(TRACER_SOURCE_DIR) + "/tests/bench/";
  const std::string python = options.python.empty() ? "/usr/bin/python3" : options.python;
  for (const auto& [name, program] :
       {std::pair<std::string, std::string>{"sklearn", python + " " + scripts + "tsne_rival.py"},
        {"rtsne", "Rscript " + scripts + "tsne_rival.R"}}) {
    if (std::ranges::find(options.without, name) != options.without.end()) continue;
    for (const int count : counts) {
      const std::string command =
          fmt::format("OMP_NUM_THREADS={0} OPENBLAS_NUM_THREADS={0} {1} '{2}' {3} {0} 2>/dev/null",
                      count, program, scratch.string(), pixels.cols());
      rows.push_back({name, fmt::format("{} thread{}", count, count == 1 ? "" : "s"), {}});
      rows.back().make = [command, scratch, n = pixels.cols()] {
        return made_by(command, scratch, n);
      };
    }
  }
  return rows;
}

void measure_rows(std::vector<Row>& rows, int rounds, const Array<float>& components,
                  const std::vector<int>& labels) {
  for (int round = 1; round <= rounds; ++round) {
    for (Row& row : rows) {
      if (row.absent) continue;
      fmt::print(stderr, "bench: {} ({}), round {} of {}\n", row.name, row.setting, round, rounds);
      try {
        const Made made = row.make();
        row.seconds.push_back(made.seconds);
        row.cpu_seconds.push_back(made.cpu_seconds);
        if (!made.version.empty()) row.name = made.version;
        row.kl = embed::divergence_of(components, made.picture, {});
        row.accuracy = embed::neighbour_accuracy(made.picture, labels);
      } catch (const std::exception& error) {
        fmt::print(stderr,
                   "bench: {} is left out: it {} (apt-get install python3-sklearn r-cran-rtsne)\n",
                   row.name, error.what());
        row.absent = true;
      }
    }
  }
}

void print_rows(const std::vector<Row>& rows) {
  const Row& own = rows.front();
  fmt::print("{:<20}{:<29}{:>9}{:>10}{:>9}{:>10}{:>9}{:>10}\n", "", "", "seconds", "× tracer",
             "CPU s", "× tracer", "KL", "10-NN");
  for (const Row& row : rows) {
    if (row.absent) continue;
    fmt::print("{:<20}{:<29}{:>9.1f}{:>10.2f}{:>9.1f}{:>10.2f}{:>9.4f}{:>10}\n", row.name,
               row.setting, row.median(), row.median() / own.median(), row.cpu_median(),
               row.cpu_median() / own.cpu_median(), row.kl, trimmed(percent(row.accuracy)));
  }
}

}  // namespace

int embed_bench(const EmbedOptions& options) {
  set_threads(options.threads);
  const Scratch scratch;
  const Images images = find_images(scratch.path, options.made_up);
  setenv("TRACER_DATA", images.folder.c_str(), 1);
  const Dataset digits = load_images("mnist", "train", options.n);
  const std::vector<int> labels = labels_of(digits);
  const Array<float> components =
      embed::principal_components(digits.features, 50).scores.array().cast<float>();
  write_doubles(scratch.path / "x.bin", components);
  std::vector<Row> rows = rows_of(options, digits.features, components, scratch.path);
  measure_rows(rows, options.rounds, components, labels);
  fmt::print("t-SNE of {} {} ({}): perplexity 30, 1,000 iterations, θ = 0.5\n", grouped(options.n),
             images.real ? "digits of MNIST" : "made-up pictures", processor());
  fmt::print(
      "all but one from the same 50 principal components; KL (against these, every pair "
      "looked at) and 10-NN accuracy measured alike\n");
  print_rows(rows);
  fmt::print("10-NN accuracy of the data: {} (50 components), {} (pixels)\n",
             trimmed(percent(embed::neighbour_accuracy(components, labels))),
             trimmed(percent(embed::neighbour_accuracy(digits.features, labels))));
  return 0;
}

}  // namespace tracer::bench
