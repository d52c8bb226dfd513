// tracer data make: points of a generator, as a file for other programs. They are the same points
// that a lesson with this call and seed gets.
#include <optional>

#include <fmt/format.h>

#include "datasets/npz.hpp"
#include "tracer/cli/data.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/cli/sample_data.hpp"
#include "tracer/error.hpp"
#include "tracer/language/suggest.hpp"

namespace tracer::cli {
namespace {

struct Options {
  std::string what;
  int n = 1000;
  // name in the call, and its value
  std::vector<std::pair<std::string, std::optional<std::string>>> settings{
      {"noise", {}}, {"factor", {}}, {"arms", {}},     {"turns", {}},   {"centers", {}},
      {"std", {}},   {"bias", {}},   {"features", {}}, {"targets", {}}, {"weight", {}}};
  unsigned seed = 0;
  std::string output;
};

std::string call_of(const Options& options) {
  if (options.what.find('(') != std::string::npos) return options.what;
  std::vector<std::string> names;
  for (const Generator& generator : generators()) names.push_back(generator.name);
  if (std::ranges::find(names, options.what) == names.end()) {
    const auto near = closest(options.what, names);
    throw Error(near
                    ? fmt::format("there is no generator {}; did you mean {}?", options.what, *near)
                    : fmt::format("there is no generator {}; there are {}", options.what,
                                  fmt::join(names, ", ")));
  }
  std::string call = fmt::format("{}({}", options.what, options.n);
  for (const auto& [name, value] : options.settings) {
    if (value) call += fmt::format(", {}={}", name, *value);
  }
  return call + ")";
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

// As scikit-learn has it: a sample is a row of X, y a flat array of labels or numbers.
std::vector<NamedNpy> arrays_of(const Dataset& set, const std::vector<int>& labels) {
  NpyArray y = npy_array(Array<float>(set.targets.transpose()));
  if (!labels.empty()) y.values = std::vector<float>(labels.begin(), labels.end());
  if (!labels.empty() || set.targets.rows() == 1) y.shape = {set.count()};
  return {{"X", npy_array(Array<float>(set.features.transpose()))}, {"y", std::move(y)}};
}

int make(const Options& options) {
  const Dataset set = named_dataset(call_of(options), options.seed);
  const std::vector<int> labels = set.classes.empty() ? std::vector<int>() : labels_of(set);
  if (options.output.ends_with(".npz")) {
    write_npz(options.output, arrays_of(set, labels));
  } else if (options.output.empty() || options.output == "-" || options.output.ends_with(".csv")) {
    write_result(options.output, to_csv(set, labels));
  } else {
    throw Error(fmt::format("-o {}: a file of points ends in .csv or .npz", options.output));
  }
  return 0;
}

}  // namespace

Command data_make() {
  const auto options = std::make_shared<Options>();
  Options& to = *options;
  Flags flags{{"NAME", &to.what, "circles, moons, spirals, xor, blobs, linear"},
              {"--n", &to.n, "points (default 1000)", Positive{}},
              {"--seed", &to.seed, "which random numbers (default 0)"}};
  const std::map<std::string, const char*> about{
      {"noise", "standard deviation of what is added to every coordinate"},
      {"factor", "circles: radius of the inner one"},
      {"arms", "spirals: how many"},
      {"turns", "spirals: of each arm around the origin"},
      {"centers", "blobs: how many"},
      {"std", "blobs: standard deviation of a cloud"},
      {"bias", "linear: what is added to every target"},
      {"features", "blobs, linear: dimensions"},
      {"targets", "linear: numbers to be predicted"},
      {"weight", "linear: weights are drawn from 0 up to this"}};
  for (auto& [name, value] : to.settings)
    flags.push_back({"--" + name, &value, about.at(name), Number{"NUMBER"}});
  flags.push_back({"-o,--output", &to.output, ".csv or .npz (default: CSV, shown)"});
  return {"make", "writes points of a generator as CSV or .npz",
          "Examples:\n"
          "  tracer data make circles --n 1000 --noise 0.05 --factor 0.4 --seed 7 -o circles.csv\n"
          "  tracer data make 'spirals(500, arms=3)' -o spirals.npz",
          std::move(flags), [options] { return make(*options); }};
}

}  // namespace tracer::cli
