// tracer features: what a layer makes of samples, as a file that others (and lessons) train on.
#include <fmt/format.h>

#include "datasets/npz.hpp"
#include "tracer/cli/commands.hpp"
#include "tracer/cli/layer_values.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/error.hpp"
#include "tracer/number/threads.hpp"
#include "tracer/text/plain.hpp"

namespace tracer::cli {
namespace {

struct FeaturesFlags {
  LayerChoice choice;
  unsigned seed = 0;
  std::string output;
  int threads = 2;
};

// A column for each unit, called A1[3], and the class by its name, or the targets.
std::string features_csv(const LayerValues& values) {
  const Dataset& set = values.set;
  std::string text;
  for (Eigen::Index i = 0; i < set.features.rows(); ++i)
    text += fmt::format("{}{}[{}]", i == 0 ? "" : ",", values.layer, i);
  const bool has_classes = !values.labels.empty();
  for (Eigen::Index i = 0; !has_classes && i < set.targets.rows(); ++i)
    text += set.targets.rows() == 1 ? ",target" : fmt::format(",target[{}]", i);
  text += has_classes ? ",class\n" : "\n";
  for (Eigen::Index k = 0; k < set.features.cols(); ++k) {
    for (Eigen::Index i = 0; i < set.features.rows(); ++i)
      text += fmt::format("{}{}", i == 0 ? "" : ",", set.features(i, k));
    for (Eigen::Index i = 0; !has_classes && i < set.targets.rows(); ++i)
      text += fmt::format(",{}", set.targets(i, k));
    if (has_classes) {
      const int label = values.labels[static_cast<std::size_t>(k)];
      text += "," + csv_field(values.classes[static_cast<std::size_t>(label)]);
    }
    text += "\n";
  }
  return text;
}

void require_known_ending(const std::string& path) {
  if (path.empty() || path == "-") return;
  for (const char* ending : {".npz", ".npy", ".csv"})
    if (path.ends_with(ending)) return;
  throw Error(fmt::format("-o {}: a file of features ends in .npz, .npy or .csv", path));
}

int run_features(const FeaturesFlags& options) {
  require_known_ending(options.output);
  set_threads(options.threads);
  const auto saved = saved_model(options.choice.model);
  if (says_nothing(*saved)) return 1;
  const LayerValues values = layer_values(*saved, options.choice, options.seed);
  if (!values.all_finite) return 1;
  const std::string& path = options.output;
  if (path.ends_with(".npz")) {
    write_npz(path, arrays_of(values.set));
  } else if (path.ends_with(".npy")) {
    write_npy(path, arrays_of(values.set).front().array);
  } else {
    write_result(path, features_csv(values));
  }
  if (path.empty() || path == "-") return 0;
  remark(fmt::format("{}: {} of {} {} samples, {} numbers each{}", path, values.layer,
                     values.set.count(), values.data, values.set.features.rows(),
                     values.set.targets.size() == 0 || path.ends_with(".npy")
                         ? "; without what belongs to them"
                         : ""));
  return 0;
}

}  // namespace

Command features_command() {
  const auto options = std::make_shared<FeaturesFlags>();
  FeaturesFlags& to = *options;
  Flags flags = layer_flags(to.choice);
  flags +=
      {{"--seed", &to.seed, "which samples --n draws (default 0)"},
       {"-o,--output", &to.output,
        ".npz (X, a row for each sample, and y), .npy (X alone) or .csv (default: CSV, shown)"},
       threads_flag(to.threads)};
  return {"features", "what a layer of a saved model makes of samples, as a file",
          "Examples:\n"
          "  tracer features digits.safetensors --layer A2 --part training -o a2.npz\n"
          "  tracer features flowers.safetensors --layer A1 --data new.csv -o a1.csv\n"
          "In a lesson: data X, Y = npz(\"a2.npz\")",
          std::move(flags), [options] { return run_features(*options); }};
}

}  // namespace tracer::cli
