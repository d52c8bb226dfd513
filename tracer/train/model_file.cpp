#include "tracer/train/model_file.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "datasets/npz.hpp"
#include "tracer/error.hpp"
#include "tracer/json_text.hpp"
#include "tracer/train/outline.hpp"
#include "tracer/train/safetensors.hpp"

namespace tracer {
namespace {

using Json = nlohmann::ordered_json;
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

// A file of ours, its metadata by name. Whatever is wrong with it names the file.
class ModelReader {
 public:
  explicit ModelReader(const std::filesystem::path& path)
      : path_(path), file_(read_safetensors(path)) {}

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
      return checkpoint;
    });
  }

 private:
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
  write_safetensors(path, file_of(model));
}

Model load_model(const std::filesystem::path& path) { return ModelReader(path).model(); }

void save_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  Safetensors file = file_of(checkpoint.model);
  Json counters = Json::object();
  // the shortest text that reads back as the same double; also inf and nan, which JSON lacks
  for (const auto& [name, value] : checkpoint.counters) counters[name] = fmt::to_string(value);
  file.metadata["epoch"] = fmt::to_string(checkpoint.epoch);
  file.metadata["step"] = fmt::to_string(checkpoint.step);
  file.metadata["counters"] = json_text(counters);
  put(file, checkpoint.optimizer, of_optimizer);
  put(file, checkpoint.best, of_best);
  write_safetensors(path, file);
}

Checkpoint load_checkpoint(const std::filesystem::path& path) {
  return ModelReader(path).checkpoint();
}

void save_npz(const std::filesystem::path& path, const Model& model) {
  std::vector<NamedNpy> arrays;
  for (const Tensors* tensors : {&model.parameters, &model.states}) {
    for (const auto& [name, tensor] : *tensors)
      arrays.push_back({name, std::visit([](const auto& m) { return npy_array(m); }, tensor)});
  }
  write_npz(path, arrays);
}

}  // namespace tracer
