#include "tracer/train/model_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "datasets/gzip.hpp"
#include "datasets/npz.hpp"
#include "tracer/error.hpp"
#include "tracer/json_text.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/language/targets.hpp"
#include "tracer/train/checkpoint_file.hpp"
#include "tracer/train/evaluate.hpp"
#include "tracer/train/safetensors.hpp"
#include "tracer/write_aside.hpp"

namespace tracer {
namespace {

using Json = nlohmann::ordered_json;

constexpr int most_samples = 100'000;  // of an outline that a file may ask for: classes
constexpr int most_entries = 1 << 28;  // of a sample

// The first sample of each class; without classes the first two, so that targets that differ do.
std::vector<int> chosen_samples(const Program& program) {
  const std::vector<int> labels = class_labels(SampleSet<float>(*program.data), task_of(program));
  std::vector<int> chosen;
  if (labels.empty()) {
    for (int k = 0; k < std::min(2, program.data->count); ++k) chosen.push_back(k);
    return chosen;
  }
  std::set<int> seen;
  for (std::size_t k = 0; k < labels.size(); ++k) {
    if (seen.insert(labels[k]).second) chosen.push_back(static_cast<int>(k));
  }
  return chosen;
}

Json list_of(const Array<float>& numbers) {
  Json list = Json::array();
  for (const float x : numbers.reshaped()) list.push_back(static_cast<double>(x));
  return list;
}

Array<float> matrix_of(const Json& list, Eigen::Index rows, Eigen::Index columns) {
  if (!list.is_array() || static_cast<Eigen::Index>(list.size()) != rows * columns)
    throw Error("a list in it has another length");
  Array<float> matrix(rows, columns);
  for (Eigen::Index k = 0; k < matrix.size(); ++k)
    matrix(k) = static_cast<float>(list[static_cast<std::size_t>(k)].get<double>());
  return matrix;
}

// Asked before it is read as an integer: a larger number is none any more.
bool is_count(const Json& written, int most) {
  return written.is_number_unsigned() &&
         written.get<std::uint64_t>() <= static_cast<unsigned>(most);
}

int count_in(const Json& json, const char* name, int most) {
  const Json& written = json.at(name);
  if (!is_count(written, most)) throw Error(fmt::format("{} is no count", name));
  return written.get<int>();
}

Json json_of(const Columns& columns) {
  Json json{
      {"features", columns.features}, {"label", columns.label}, {"label_at", columns.label_at}};
  if (columns.scale) json["scale"] = *columns.scale;
  if (!columns.means.empty()) json["means"] = columns.means;
  if (!columns.values.empty()) json["values"] = columns.values;
  return json;
}

Columns columns_in(const Json& json) {
  if (!json.at("label_at").is_number_integer()) throw Error("columns are not as a file has them");
  Columns columns{json.at("features").get<std::vector<std::string>>(),
                  json.at("label").get<std::string>(), json.at("label_at").get<int>()};
  if (json.contains("scale")) columns.scale = json["scale"].get<double>();
  if (json.contains("means")) columns.means = json["means"].get<std::vector<double>>();
  if (json.contains("values"))
    columns.values = json["values"].get<std::vector<std::vector<std::string>>>();
  if (columns.label_at < -1 || columns.label_at > most_entries || columns.scale == 0)
    throw Error("columns are not as a file has them");
  return columns;
}

Samples samples_of(const Json& json) {
  Samples outline;
  outline.names = json.at("names").get<std::vector<std::string>>();
  outline.rows = json.at("rows").get<bool>();
  outline.count = count_in(json, "count", std::numeric_limits<int>::max());
  outline.source = json.at("source").get<std::string>();
  outline.classes = json.at("classes").get<std::vector<std::string>>();
  outline.image_rows = count_in(json, "image_rows", most_entries);
  outline.image_columns = count_in(json, "image_columns", most_entries);
  const int samples = count_in(json, "samples", most_samples);
  const Json& entries = json.at("entries");
  if (!entries.is_array() || entries.size() != outline.names.size() || entries.empty() ||
      samples > outline.count)
    throw Error("names and entries do not go together");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto features = is_count(entries[i], most_entries) ? entries[i].get<std::int64_t>() : 0;
    if (features < 1 || features * std::max(samples, 1) > most_entries)
      throw Error("entries is no list of counts");
    const Eigen::Index r = outline.rows ? samples : features;
    const Eigen::Index c = outline.rows ? features : samples;
    const bool targets = i > 0 && i + 1 == entries.size();
    outline.values.emplace_back(targets ? matrix_of(json.at("targets"), r, c)
                                        : Array<float>(Array<float>::Zero(r, c)));
  }
  if (json.contains("columns")) outline.columns = columns_in(json["columns"]);
  if (outline.columns && !outline.columns->means.empty() &&
      outline.columns->means.size() != entries[0].get<std::size_t>())
    throw Error("there are not as many means as features");
  if (outline.columns && !outline.columns->values.empty() &&
      (feature_count(*outline.columns) != entries[0].get<std::int64_t>() ||
       (!outline.columns->features.empty() &&
        outline.columns->features.size() != outline.columns->values.size())))
    throw Error("there are not as many values as features");
  if (json.contains("shift")) {
    const auto features = entries[0].get<Eigen::Index>();
    outline.scaling =
        Scaling{matrix_of(json["shift"], features, 1), matrix_of(json.at("factor"), features, 1)};
  }
  return outline;
}

}  // namespace

std::optional<Samples> outline_of(const Program& program) {
  if (!program.data || program.data->names.empty()) return std::nullopt;
  const Samples& data = *program.data;
  for (const LeafValue& value : data.values) {
    if (std::holds_alternative<std::monostate>(value)) return std::nullopt;
  }
  const std::vector<int> chosen = chosen_samples(program);
  const auto count = static_cast<Eigen::Index>(chosen.size());
  Samples outline{SamplesHead(data), {}};
  for (std::size_t i = 0; i < data.names.size(); ++i) {
    const Eigen::Index entries = sample_count(data.values[i], !data.rows);
    Array<float> values =
        Array<float>::Zero(data.rows ? count : entries, data.rows ? entries : count);
    if (i > 0 && i + 1 == data.names.size()) {
      const std::vector<float> targets = numbers_of<float>(data.batch(i, chosen));
      std::ranges::copy(targets, values.data());
    }
    outline.values.emplace_back(std::move(values));
  }
  return outline;
}

namespace {

Source source_of(const Model& model) {
  return {model.lesson_name.empty() ? "the model's lesson" : model.lesson_name, model.lesson};
}

ElaborateOptions options_of(const Model& model, bool opens_files) {
  ElaborateOptions options;
  options.opens_files = opens_files;
  // what its lesson has read from npz and npy files are its own weights now
  options.array_of = [&model](const std::string& name) -> std::optional<LeafValue> {
    for (const auto* tensors : {&model.parameters, &model.states}) {
      if (const auto found = tensors->find(name); found != tensors->end())
        return std::visit([](const auto& m) { return Array<float>(m.template cast<float>()); },
                          found->second);
    }
    return std::nullopt;
  };
  return options;
}

}  // namespace

Program program_with_data(const Model& model, bool opens_files) {
  return load_program(source_of(model), options_of(model, opens_files));
}

Program program_of(const Model& model) {
  const Source source = source_of(model);
  ElaborateOptions options = options_of(model, false);
  options.in_place_of_data = model.data;
  Program program = load_program(source, options);
  if (!model.data || !program.data || model.data->names != program.data->names) return program;
  for (auto* samples : {&program.data, &program.validation, &program.test}) {
    if (*samples) (*samples)->count = sample_count((*samples)->values.front(), (*samples)->rows);
  }
  return program;
}

std::string outline_json(const Samples& outline) {
  Json json{{"names", outline.names}};
  for (const LeafValue& value : outline.values)
    json["entries"].push_back(sample_count(value, !outline.rows));
  json["rows"] = outline.rows;
  json["count"] = outline.count;
  json["source"] = outline.source;
  json["classes"] = outline.classes;
  json["image_rows"] = outline.image_rows;
  json["image_columns"] = outline.image_columns;
  json["samples"] = sample_count(outline.values.front(), outline.rows);
  if (outline.values.size() > 1)
    json["targets"] = list_of(std::get<Array<float>>(outline.values.back()));
  if (outline.columns) json["columns"] = json_of(*outline.columns);
  if (outline.scaling) {
    json["shift"] = list_of(outline.scaling->shift);
    json["factor"] = list_of(outline.scaling->factor);
  }
  return json_text(json);
}

Samples outline_from_json(const std::string& text) {
  try {
    return samples_of(Json::parse(text));
  } catch (const Error& problem) {
    throw Error(fmt::format("its account of the training data is damaged: {}", problem.what()));
  } catch (const Json::exception&) {
    throw Error("its account of the training data is damaged");
  }
}

namespace {

using Tensors = std::map<std::string, Tensor>;

// names in a lesson have no slash
constexpr std::string_view of_optimizer = "optimizer/";
constexpr std::string_view of_best = "best/";

void put(Safetensors& file, const Tensors& tensors, std::string_view prefix = "") {
  for (const auto& [name, tensor] : tensors)
    file.tensors[std::string(prefix) + name] = stored(tensor);
}

Tensors take(const Safetensors& file, std::string_view prefix) {
  Tensors taken;
  for (const auto& [name, tensor] : file.tensors) {
    if (name.starts_with(prefix)) taken[name.substr(prefix.size())] = tensor.values;
  }
  return taken;
}

Safetensors file_of(const Model& model) {
  Safetensors file;
  Json states = Json::array();
  for (const auto& [name, tensor] : model.states) states.push_back(name);
  std::string history;
  for (const EpochRecord& epoch : model.history) history += to_json(epoch) + "\n";
  file.metadata = {{"format", "pt"},
                   {"lesson", model.lesson},
                   {"lesson_name", model.lesson_name},
                   {"history", std::move(history)},
                   {"states", json_text(states)}};
  if (model.data) file.metadata["data"] = outline_json(*model.data);
  put(file, model.parameters);
  put(file, model.states);
  return file;
}

double number_of(const std::string& text) {
  double x = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x);
  if (error != std::errc() || end != text.data() + text.size())
    throw Error(fmt::format("'{}' in its metadata is not a number", text));
  return x;
}

constexpr std::array<std::string_view, 11> metadata_keys{
    "format", "lesson", "lesson_name", "history",  "history_beside", "states",
    "data",   "epoch",  "step",        "counters", "checksum"};

// Where the eight digits of the checksum stand in the bytes of a file. Within a text of the header a
// quotation mark would have a backslash before it: these are found nowhere else.
constexpr std::string_view before_checksum = "\"checksum\":\"";
constexpr std::string_view no_checksum = "00000000";

std::size_t place_of_checksum(std::string_view bytes) {
  const std::size_t at = bytes.find(before_checksum);
  return at == std::string_view::npos ? at : at + before_checksum.size();
}

// Of the file with zeros in the checksum's place: "8c736521".
std::string checksum_text(std::string_view bytes) {
  const std::size_t at = place_of_checksum(bytes);
  if (at == std::string_view::npos || at + no_checksum.size() > bytes.size()) return "";
  const std::uint32_t before = checksum_of(bytes.substr(0, at));
  const std::uint32_t with = checksum_of(no_checksum, before);
  return fmt::format("{:08x}", checksum_of(bytes.substr(at + no_checksum.size()), with));
}

std::string checked_bytes(Safetensors file) {
  file.metadata["checksum"] = no_checksum;
  std::string bytes = safetensors_bytes(file);
  const std::string checksum = checksum_text(bytes);
  bytes.replace(place_of_checksum(bytes), checksum.size(), checksum);
  return bytes;
}

void write_checked(const std::filesystem::path& path, Safetensors file) {
  write_safetensors_bytes(path, checked_bytes(std::move(file)));
}

// A file of ours, its metadata by name. Whatever is wrong with it names the file.
class ModelReader {
 public:
  explicit ModelReader(const std::filesystem::path& path) : path_(path) {
    const Bytes bytes = read_raw_bytes(path);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    file_ = parse_safetensors(text, path.string());
    check(text);
  }
  ModelReader(std::string_view bytes, const std::string& name)
      : path_(name), file_(parse_safetensors(bytes, name)) {
    check(bytes);
  }

  Model model() const {
    return named([&] {
      if (!file_.metadata.contains("lesson")) {
        throw Error(
            "there is no lesson in its metadata, so it is no model of tracer; "
            "models are written by tracer train --save");
      }
      Model model;
      model.lesson = file_.metadata.at("lesson");
      model.lesson_name = text("lesson_name");
      std::istringstream history(text("history"));
      for (std::string line; std::getline(history, line);)
        model.history.push_back(epoch_from_json(line));
      if (file_.metadata.contains("data")) model.data = outline_from_json(text("data"));
      const auto states = file_.metadata.contains("states")
                              ? Json::parse(text("states")).get<std::vector<std::string>>()
                              : std::vector<std::string>{};
      for (const auto& [name, tensor] : file_.tensors) {
        if (name.starts_with(of_optimizer) || name.starts_with(of_best)) continue;
        const bool is_state = std::ranges::count(states, name) > 0;
        (is_state ? model.states : model.parameters)[name] = tensor.values;
      }
      return model;
    });
  }

  Checkpoint checkpoint() const {
    Checkpoint checkpoint;
    checkpoint.model = model();
    return named([&] {
      if (!file_.metadata.contains("epoch")) {
        throw Error(
            "this is a model, not a checkpoint: it has the weights, but not what training "
            "needs to go on; give the file that --checkpoint wrote");
      }
      checkpoint.epoch = static_cast<int>(whole("epoch", std::numeric_limits<int>::max()));
      checkpoint.step = whole("step", std::numeric_limits<long long>::max());
      const Json counters = Json::parse(text("counters"));
      for (const auto& [name, value] : counters.items())
        checkpoint.counters[name] = number_of(value.get<std::string>());
      checkpoint.optimizer = take(file_, of_optimizer);
      checkpoint.best = take(file_, of_best);
      if (file_.metadata.contains("history_beside")) {
        const Json beside = Json::parse(text("history_beside"));
        checkpoint.beside = {count_in(beside, "records", std::numeric_limits<int>::max()),
                             beside.at("bytes").get<long long>(),
                             beside.at("checksum").get<std::uint32_t>()};
      }
      return checkpoint;
    });
  }

 private:
  void check(std::string_view bytes) const {
    if (file_.metadata.contains("checksum")) {
      if (file_.metadata.at("checksum") == checksum_text(bytes)) return;
      throw Error(fmt::format(
          "{}: it is not as it was written: its checksum is {}, and {} stands in it; take another "
          "copy (a program that changes a model on purpose must leave \"checksum\" out of its "
          "metadata)",
          path_.string(), checksum_text(bytes), file_.metadata.at("checksum")));
    }
    if (!file_.metadata.contains("lesson")) return;  // no model of ours: that is said elsewhere
    for (const auto& [key, value] : file_.metadata) {
      if (std::ranges::count(metadata_keys, key) == 0)
        throw Error(
            fmt::format("{}: its metadata are damaged: there is no '{}'", path_.string(), key));
    }
  }

  template <class Read>
  auto named(const Read& read) const -> decltype(read()) {
    try {
      return read();
    } catch (const Error& problem) {
      throw Error(fmt::format("{}: {}", path_.string(), problem.what()));
    } catch (const Json::exception&) {
      throw Error(fmt::format("{}: its metadata are damaged", path_.string()));
    }
  }

  std::string text(const std::string& name) const {
    const auto found = file_.metadata.find(name);
    return found == file_.metadata.end() ? "" : found->second;
  }

  long long whole(const std::string& name, long long most) const {
    const std::string digits = text(name);
    long long value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size() || value < 0 || value > most)
      throw Error(fmt::format("its {} is '{}', which is no count", name, digits));
    return value;
  }

  std::filesystem::path path_;
  Safetensors file_;
};

}  // namespace

void save_model(const std::filesystem::path& path, const Model& model) {
  remove_leftovers(path);
  write_checked(path, file_of(model));
}

Model load_model(const std::filesystem::path& path) { return ModelReader(path).model(); }

std::string model_bytes(const Model& model) { return checked_bytes(file_of(model)); }

Model model_of_bytes(std::string_view bytes, const std::string& name) {
  return ModelReader(bytes, name).model();
}

void save_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  Safetensors file = file_of(checkpoint.model);
  Json counters = Json::object();
  // the shortest text that reads back as the same double; also inf and nan, which JSON lacks
  for (const auto& [name, value] : checkpoint.counters) counters[name] = fmt::to_string(value);
  file.metadata["epoch"] = fmt::to_string(checkpoint.epoch);
  file.metadata["step"] = fmt::to_string(checkpoint.step);
  file.metadata["counters"] = json_text(counters);
  put(file, checkpoint.optimizer, of_optimizer);
  if (checkpoint.beside.records > 0) {
    const HistoryBeside& beside = checkpoint.beside;
    file.metadata["history_beside"] = json_text(
        {{"records", beside.records}, {"bytes", beside.bytes}, {"checksum", beside.checksum}});
  }
  put(file, checkpoint.optimizer, of_optimizer);
  put(file, checkpoint.best, of_best);
  write_checked(path, std::move(file));
}

Checkpoint load_checkpoint(const std::filesystem::path& path) {
  Checkpoint checkpoint = ModelReader(path).checkpoint();
  read_history_beside(path, checkpoint);
  return checkpoint;
}

void save_npz(const std::filesystem::path& path, const Model& model) {
  remove_leftovers(path);
  std::vector<NamedNpy> arrays;
  for (const Tensors* tensors : {&model.parameters, &model.states}) {
    for (const auto& [name, tensor] : *tensors)
      arrays.push_back({name, std::visit([](const auto& m) { return npy_array(m); }, tensor)});
  }
  write_npz(path, arrays);
}

}  // namespace tracer
