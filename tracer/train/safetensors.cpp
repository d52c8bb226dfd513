#include "tracer/train/safetensors.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "datasets/gzip.hpp"
#include "tracer/error.hpp"
#include "tracer/json_text.hpp"
#include "tracer/write_aside.hpp"

namespace tracer {
namespace {

using Json = nlohmann::ordered_json;

// numbers are copied as they lie in memory
static_assert(std::endian::native == std::endian::little);

constexpr std::size_t longest_header = 100'000'000;  // as the format's own reader has it

template <class S>
using RowByRow = Eigen::Array<S, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// rows × columns numbers of type T, row after row, as a matrix of S
template <class T, class S>
Tensor matrix_at(const char* bytes, Eigen::Index rows, Eigen::Index columns) {
  std::vector<T> numbers(static_cast<std::size_t>(rows * columns));
  if (!numbers.empty()) std::memcpy(numbers.data(), bytes, numbers.size() * sizeof(T));
  return Array<S>(Eigen::Map<RowByRow<T>>(numbers.data(), rows, columns).template cast<S>());
}

struct DType {
  std::string_view name;
  std::size_t bytes;
  Tensor (*read)(const char*, Eigen::Index rows, Eigen::Index columns);
};
constexpr std::array dtypes{DType{"F32", 4, matrix_at<float, float>},
                            DType{"F64", 8, matrix_at<double, double>},
                            DType{"F16", 2, matrix_at<Eigen::half, float>},
                            DType{"BF16", 2, matrix_at<Eigen::bfloat16, float>},
                            DType{"I8", 1, matrix_at<std::int8_t, double>},
                            DType{"U8", 1, matrix_at<std::uint8_t, double>},
                            DType{"I16", 2, matrix_at<std::int16_t, double>},
                            DType{"U16", 2, matrix_at<std::uint16_t, double>},
                            DType{"I32", 4, matrix_at<std::int32_t, double>},
                            DType{"U32", 4, matrix_at<std::uint32_t, double>},
                            DType{"I64", 8, matrix_at<std::int64_t, double>},
                            DType{"U64", 8, matrix_at<std::uint64_t, double>},
                            DType{"BOOL", 1, matrix_at<std::uint8_t, double>}};

class SafetensorsReader {
 public:
  SafetensorsReader(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  Safetensors run() {
    read_header();
    Safetensors read;
    std::vector<std::pair<std::size_t, std::size_t>> places;  // [begin, end) of each tensor
    for (const auto& [key, value] : header_.items()) {
      if (key == "__metadata__") {
        if (!value.is_object()) fail("__metadata__ in its header is not an object");
        for (const auto& [word, text] : value.items()) {
          if (!text.is_string()) fail(fmt::format("'{}' in its metadata is not text", word));
          read.metadata[word] = text.get<std::string>();
        }
        continue;
      }
      read.tensors[key] = tensor(key, value, places);
    }
    check_places(places);
    return read;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(fmt::format("{}: not a whole safetensors file: {}", name_, what));
  }

  void read_header() {
    if (bytes_.size() < 8)
      fail(fmt::format("it has {} bytes, and its header needs more", bytes_.size()));
    std::uint64_t length = 0;
    std::memcpy(&length, bytes_.data(), sizeof length);
    if (length > longest_header) fail("its first 8 bytes are not the length of a header");
    if (length > bytes_.size() - 8) {
      fail(fmt::format("its header has {} bytes, but {} are there", length, bytes_.size() - 8));
    }
    const std::string_view text = bytes_.substr(8, static_cast<std::size_t>(length));
    numbers_ = bytes_.substr(8 + text.size());
    if (!text.starts_with('{')) fail("its header does not begin with {");
    header_ = parsed(text);
  }

  // A name that comes twice would hide a tensor; deep nesting has no place in this format.
  Json parsed(std::string_view text) const {
    std::vector<std::set<std::string>> names;
    std::string twice;
    bool deep = false;
    const auto look = [&](int depth, Json::parse_event_t event, Json& value) {
      if (event == Json::parse_event_t::object_start) names.emplace_back();
      if (event == Json::parse_event_t::object_end && !names.empty()) names.pop_back();
      if (event == Json::parse_event_t::key && !names.empty()) {
        const auto key = value.get<std::string>();
        if (!names.back().insert(key).second) twice = key;
      }
      deep = deep || depth > 4;
      return depth <= 4;
    };
    Json json = Json::parse(text, look, false);
    if (deep || !json.is_object()) fail("its header is not the JSON of this format");
    if (!twice.empty()) fail(fmt::format("'{}' is twice in its header", twice));
    return json;
  }

  StoredTensor tensor(const std::string& key, const Json& entry,
                      std::vector<std::pair<std::size_t, std::size_t>>& places) const {
    const auto part = [&](const char* what) -> const Json& {
      if (!entry.is_object() || !entry.contains(what))
        fail(fmt::format("the tensor '{}' has no {}", key, what));
      return entry[what];
    };
    const auto dtype = std::ranges::find(
        dtypes, part("dtype").is_string() ? part("dtype").get<std::string>() : "", &DType::name);
    if (dtype == dtypes.end()) {
      throw Error(fmt::format(
          "{}: the tensor '{}' has numbers of type {}, which are not read here; "
          "save it as F32 or F64",
          name_, key, part("dtype").dump(-1, ' ', true, Json::error_handler_t::replace)));
    }
    StoredTensor read;
    read.shape = counts(key, part("shape"));
    const std::vector<std::int64_t> offsets = counts(key, part("data_offsets"));
    if (offsets.size() != 2 || offsets[0] > offsets[1] ||
        static_cast<std::size_t>(offsets[1]) > numbers_.size()) {
      fail(fmt::format("the tensor '{}' lies at bytes [{}], but there are {}", key,
                       fmt::join(offsets, ", "), numbers_.size()));
    }
    const auto begin = static_cast<std::size_t>(offsets[0]);
    const auto end = static_cast<std::size_t>(offsets[1]);
    const std::size_t most = (end - begin) / dtype->bytes;
    std::size_t count = 1;
    for (const std::int64_t side : read.shape) {
      if (side == 0) count = 0;
    }
    for (const std::int64_t side : read.shape) {
      if (count == 0 || count > most) break;
      count = static_cast<std::size_t>(side) > most / count
                  ? most + 1  // more than there are
                  : count * static_cast<std::size_t>(side);
    }
    if (count > most || count * dtype->bytes != end - begin) {
      fail(fmt::format("the tensor '{}' of shape [{}] in {} does not fit its {} bytes", key,
                       fmt::join(read.shape, ", "), dtype->name, end - begin));
    }
    places.emplace_back(begin, end);
    read.dtype = dtype->name;
    const auto all = static_cast<Eigen::Index>(count);
    // of an empty tensor only what fits a matrix of no entries
    const Eigen::Index rows = read.shape.empty() ? 1 : (all == 0 ? 0 : read.shape[0]);
    read.values = dtype->read(numbers_.data() + begin, rows, rows == 0 ? 0 : all / rows);
    return read;
  }

  std::vector<std::int64_t> counts(const std::string& key, const Json& list) const {
    std::vector<std::int64_t> all;
    const bool is_list =
        list.is_array() && std::ranges::all_of(list, [](const Json& n) {
          return n.is_number_unsigned() &&
                 n.get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()};
        });
    if (!is_list)
      fail(fmt::format("the shape or place of the tensor '{}' is no list of counts", key));
    for (const Json& n : list) all.push_back(n.get<std::int64_t>());
    return all;
  }

  void check_places(std::vector<std::pair<std::size_t, std::size_t>>& places) const {
    std::ranges::sort(places);
    std::size_t at = 0;
    for (const auto& [begin, end] : places) {
      if (begin < at) fail(fmt::format("two of its tensors share the byte {}", begin));
      if (begin > at) fail(fmt::format("no tensor owns the bytes {} to {}", at, begin));
      at = end;
    }
    if (at != numbers_.size())
      fail(fmt::format("its tensors have {} bytes, but {} are there", at, numbers_.size()));
  }

  std::string_view bytes_;
  const std::string& name_;
  std::string_view numbers_;
  Json header_;
};

bool is_double(const StoredTensor& tensor) {
  return std::holds_alternative<Array<double>>(tensor.values);
}

}  // namespace

StoredTensor stored(Tensor matrix) {
  std::vector<std::int64_t> shape = std::visit(
      [](const auto& m) {
        return std::vector<std::int64_t>{m.rows(), m.cols()};
      },
      matrix);
  return {std::move(shape), std::move(matrix)};
}

Safetensors parse_safetensors(std::string_view bytes, const std::string& name) {
  return SafetensorsReader(bytes, name).run();
}

Safetensors read_safetensors(const std::filesystem::path& path) {
  const Bytes bytes = read_raw_bytes(path);
  return parse_safetensors({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                           path.string());
}

std::string safetensors_bytes(const Safetensors& file) {
  Json header = Json::object();
  if (!file.metadata.empty()) header["__metadata__"] = file.metadata;
  std::string numbers;
  for (const bool wide : {true, false}) {
    for (const auto& [name, tensor] : file.tensors) {
      if (is_double(tensor) != wide) continue;
      const std::size_t begin = numbers.size();
      std::visit(
          [&]<class S>(const Array<S>& matrix) {
            const RowByRow<S> rows = matrix;
            numbers.append(reinterpret_cast<const char*>(rows.data()),
                           static_cast<std::size_t>(rows.size()) * sizeof(S));
          },
          tensor.values);
      header[name] = {{"dtype", wide ? "F64" : "F32"},
                      {"shape", tensor.shape},
                      {"data_offsets", {begin, numbers.size()}}};
    }
  }
  // text that is not UTF-8 (a file's name may be so) can't stand in JSON
  std::string text = json_text(header);
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const auto length = static_cast<std::uint64_t>(text.size());
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + text + numbers;
}

void write_safetensors(const std::filesystem::path& path, const Safetensors& file) {
  write_safetensors_bytes(path, safetensors_bytes(file));
}

void write_safetensors_bytes(const std::filesystem::path& path, std::string_view bytes) {
  if (const std::error_code error = write_aside(path, bytes)) {
    std::error_code none;
    throw Error(fmt::format(
        "{} can't be written: {}{}", path.string(), error.message(),
        std::filesystem::is_regular_file(path, none) ? "; the old file is unchanged" : ""));
  }
}

}  // namespace tracer
