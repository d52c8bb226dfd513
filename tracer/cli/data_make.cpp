// tracer data make: points of a generator, as a file for other programs. They are the same points
// that a lesson with this call and seed gets.
#include <map>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "datasets/generator.hpp"
#include "datasets/npz.hpp"
#include "tracer/cli/commands.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/cli/sample_data.hpp"
#include "tracer/error.hpp"
#include "tracer/language/suggest.hpp"

namespace tracer::cli {
namespace {

struct DataMakeFlags {
  std::string what;
  int n = 1000;
  std::map<std::string_view, std::optional<double>> numbers;  // of generators, by name
  unsigned seed = 0;
  std::string output;
};

std::vector<std::string_view> generator_names() {
  std::vector<std::string_view> names;
  for (const Generator& one : generators()) names.push_back(one.name);
  return names;
}

Dataset made(const DataMakeFlags& options) {
  if (options.what.find('(') != std::string::npos) return named_dataset(options.what, options.seed);
  const Generator* const wanted = generator(options.what);
  if (wanted == nullptr) {
    const std::vector<std::string_view> names = generator_names();
    const auto near = closest(options.what, std::span<const std::string_view>(names));
    throw Error(fmt::format("there is no generator {}; {}", options.what,
                            near ? fmt::format("did you mean {}?", *near)
                                 : fmt::format("there are {}", fmt::join(names, ", "))));
  }
  GeneratorCall call{.numbers = {{"n", double(options.n)}}, .seed = options.seed};
  for (const auto& [name, value] : options.numbers) {
    if (value) call.numbers.emplace(name, *value);
  }
  return make_samples(*wanted, call);
}

std::string to_csv(const Dataset& set, const std::vector<int>& labels) {
  std::string text;
  for (Eigen::Index i = 0; i < set.features.rows(); ++i) text += fmt::format("x{},", i + 1);
  if (!labels.empty()) {
    text += "label\n";
  } else {
    for (Eigen::Index i = 0; i < set.targets.rows(); ++i)
      text += set.targets.rows() == 1 ? "y" : fmt::format("{}y{}", i == 0 ? "" : ",", i + 1);
    text += "\n";
  }
  for (Eigen::Index k = 0; k < set.features.cols(); ++k) {
    for (Eigen::Index i = 0; i < set.features.rows(); ++i)
      text += fmt::format("{},", set.features(i, k));
    if (!labels.empty()) {
      text += fmt::format("{}\n", labels[static_cast<std::size_t>(k)]);
      continue;
    }
    for (Eigen::Index i = 0; i < set.targets.rows(); ++i)
      text += fmt::format("{}{}", i == 0 ? "" : ",", set.targets(i, k));
    text += "\n";
  }
  return text;
}

int make(const DataMakeFlags& options) {
  const Dataset set = made(options);
  const std::vector<int> labels = set.classes.empty() ? std::vector<int>() : labels_of(set);
  if (options.output.ends_with(".npz")) {
    write_npz(options.output, arrays_of(set));
  } else if (options.output.empty() || options.output == "-" || options.output.ends_with(".csv")) {
    write_result(options.output, to_csv(set, labels));
  } else {
    throw Error(fmt::format("-o {}: a file of points ends in .csv or .npz", options.output));
  }
  return 0;
}

// What the generators have, each name once: "blobs, linear: dimensions". Where several have it, it
// stands with the last.
Flags number_flags(std::map<std::string_view, std::optional<double>>& numbers) {
  std::map<std::string_view, std::vector<std::string_view>> had;
  for (const Generator& one : generators()) {
    for (const Generator::Number& number : one.numbers) had[number.name].push_back(one.name);
  }
  Flags flags{{"--noise", &numbers["noise"], std::string(noise_meaning), Number{"NUMBER"}}};
  for (const Generator& one : generators()) {
    for (const auto& [name, meaning, whole, least, below] : one.numbers) {
      if (meaning.empty() || name == "noise" || had[name].back() != one.name) continue;
      flags.push_back({fmt::format("--{}", name), &numbers[name],
                       fmt::format("{}: {}", fmt::join(had[name], ", "), meaning),
                       Number{"NUMBER"}});
    }
  }
  return flags;
}

}  // namespace

Command data_make() {
  const auto options = std::make_shared<DataMakeFlags>();
  DataMakeFlags& to = *options;
  Flags flags{{"NAME", &to.what, fmt::format("{}", fmt::join(generator_names(), ", "))},
              {"--n", &to.n, "points (default 1000)", Positive{}},
              {"--seed", &to.seed, "which random numbers (default 0)"}};
  flags += number_flags(to.numbers);
  flags.push_back({"-o,--output", &to.output, ".csv or .npz (default: CSV, shown)"});
  return {"make", "writes points of a generator as CSV or .npz",
          "Examples:\n"
          "  tracer data make circles --n 1000 --noise 0.05 --factor 0.4 --seed 7 -o circles.csv\n"
          "  tracer data make 'spirals(500, arms=3)' -o spirals.npz",
          std::move(flags), [options] { return make(*options); }};
}

}  // namespace tracer::cli
