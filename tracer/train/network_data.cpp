#include "tracer/train/network_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>
#include <string_view>

#include "datasets/generator.hpp"
#include "datasets/load.hpp"
#include "tracer/error.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/train/part_samples.hpp"

namespace tracer {
namespace {

constexpr int toy_points = 1000;  // of a generator by its name alone: enough to learn from

std::string in_quotes(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return "\"" + escaped + "\"";
}

bool is_file(const std::string& data) {
  return data.find('/') != std::string::npos || data.find('.') != std::string::npos;
}

// csv("digits.csv", n=2000): by the end of the name, .gz left out
std::string file_call(const std::string& data, const std::optional<int>& n) {
  std::filesystem::path path(data);
  if (path.extension() == ".gz") path = path.stem();
  const std::string kind = path.extension().string();
  const std::string name = std::filesystem::path(data).filename().string();
  const std::string first = n ? fmt::format(", n={}", *n) : "";
  if (kind == ".csv" || kind == ".tsv" || kind == ".txt")
    return fmt::format("csv({}{})", in_quotes(data), first);
  if (kind == ".npz") return fmt::format("npz({}{})", in_quotes(data), first);
  if (const std::size_t at = data.rfind("images"); at != std::string::npos) {
    std::string labels = data;
    labels.replace(at, 6, "labels");
    if (const std::size_t digit = labels.rfind("idx3"); digit != std::string::npos)
      labels.replace(digit, 4, "idx1");
    return fmt::format("idx({}, {}{})", in_quotes(data), in_quotes(labels), first);
  }
  throw Error(
      fmt::format("--data {}: {} is no kind of file that has samples and targets; there are .csv, "
                  ".npz, and IDX pictures (...images-idx3-ubyte)",
                  data, name));
}

// How many different whole numbers the targets are; 0: they are others, or more than classes are.
int label_count(const Samples& samples) {
  constexpr std::size_t most = 100;
  const auto* targets = std::get_if<Array<float>>(&samples.values.back());
  if (targets == nullptr || samples.values.size() < 2 || targets->rows() != 1) return 0;
  std::set<float> seen;
  for (const float label : targets->reshaped()) {
    if (label != std::floor(label) || (seen.insert(label).second && seen.size() > most)) return 0;
  }
  return static_cast<int>(seen.size());
}

// What a call gives.
void look(NetworkData& made) {
  const Samples samples = samples_of_call(made.call, 0, "--data");
  made.inputs = samples.entries(0);
  made.outputs = samples.entries(1);
  made.label_count = label_count(samples);
  made.count = samples.count;
  if (samples.rows) throw Error("--data: a network of --layers has its samples in columns");
  if (samples.classes.empty()) return;
  made.task = made.outputs == 1 ? Task::two_classes : Task::classes;
}

// What the call of other data is: a file, or as it is written.
std::string call_of(const std::string& data) {
  if (data.find('(') != std::string::npos) return data;
  if (is_file(data)) return file_call(data, {});
  throw Error(
      fmt::format("{}: that is neither a file nor a call such as 'moons(200, noise=0.1)'", data));
}

// Of a share and data of their own there can be but one.
void take_other_data(NetworkData& made, const NetworkOptions& options) {
  if (!options.validation_data.empty()) {
    if (options.validation)
      throw Error(
          fmt::format("--validation {}: --validation-data has them; leave one of the two out",
                      *options.validation));
    made.validation = call_of(options.validation_data);
  }
  if (options.test_data.empty()) return;
  if (options.test)
    throw Error(
        fmt::format("--test {}: --test-data has them; leave one of the two out", *options.test));
  made.test = call_of(options.test_data);
}

void image_set_data(NetworkData& made, const NetworkOptions& options) {
  const ImageSet& set = image_set(made.name);
  made.name = set.name;
  made.call = options.n ? fmt::format("{}(\"train\", n={})", set.name, *options.n)
                        : fmt::format("{}(\"train\")", set.name);
  made.test = fmt::format("{}(\"test\")", set.name);
  made.inputs = 784;
  made.outputs = static_cast<int>(set.classes.size());
  made.count = options.n.value_or(set.train_count);
  made.task = Task::classes;
}

}  // namespace

void NetworkData::take_labels_for_classes() {
  const bool is_of_file = call.starts_with("csv(") || call.starts_with("npz(");
  if (task != Task::numbers || label_count < 2 || !is_of_file || !call.ends_with(")") ||
      call.find("classes") != std::string::npos)
    return;
  call.insert(call.size() - 1, fmt::format(", classes={}", label_count));
  task = label_count == 2 ? Task::two_classes : Task::classes;
  outputs = label_count == 2 ? 1 : label_count;
}

std::vector<int> NetworkData::class_counts() const {
  const Dataset set = dataset_of(samples_of_call(call, 0, "--data"));
  if (set.classes.empty()) return {};
  std::vector<int> counts(set.classes.size());
  for (const int label : labels_of(set)) ++counts[static_cast<std::size_t>(label)];
  return counts;
}

std::string NetworkData::outputs_text() const {
  if (task == Task::classes) return fmt::format("{} has {} classes", name, outputs);
  if (task == Task::two_classes)
    return fmt::format("{} has two classes, told apart by one output", name);
  return fmt::format("{} has {} {} a sample", name, outputs, outputs == 1 ? "target" : "targets");
}

NetworkData network_data(const NetworkOptions& options) {
  NetworkData made;
  made.name = options.data;
  const Generator* const toy = generator(options.data);
  if (is_image_set(options.data)) {
    image_set_data(made, options);
  } else if (toy != nullptr) {
    const std::string call =
        fmt::format("{}({}, {})", toy->name, options.n.value_or(toy_points), toy->training);
    made.call = call;
    if (!options.test) made.test = call;
    look(made);
  } else if (options.data.find('(') != std::string::npos) {
    if (options.n)
      throw Error(fmt::format("--n {0}: write it in the call, --data 'circles({0})'", *options.n));
    made.call = options.data;
    made.name = options.data.substr(0, options.data.find('('));
    look(made);
  } else if (is_file(options.data)) {
    made.call = file_call(options.data, options.n);
    made.name = std::filesystem::path(options.data).filename().string();
    look(made);
  } else {
    std::vector<std::string_view> known;
    for (const ImageSet& set : image_sets()) known.push_back(set.name);
    for (const Generator& one : generators()) known.push_back(one.name);
    throw Error(fmt::format(
        "--data {0}: there is no such data set; {1}", options.data,
        suggested(options.data, known,
                  fmt::format("there are {}, a call of one such as 'circles(500, noise=0.1)', and "
                              "files",
                              fmt::join(known, ", ")))));
  }
  if (options.test && !made.test.empty() && options.test_data.empty()) {
    throw Error(fmt::format("--test {}: {} has test data of its own; leave it out", *options.test,
                            made.name));
  }
  take_other_data(made, options);
  return made;
}

}  // namespace tracer
