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

struct DType {
  std::string_view name;
  std::size_t bytes;
  bool is_float;  // read as float; else as double
};
constexpr std::array dtypes{DType{"F32", 4, true},  DType{"F64", 8, false}, DType{"F16", 2, true},
                            DType{"BF16", 2, true}, DType{"I8", 1, false},  DType{"U8", 1, false},
                            DType{"I16", 2, false}, DType{"U16", 2, false}, DType{"I32", 4, false},
                            DType{"U32", 4, false}, DType{"I64", 8, false}, DType{"U64", 8, false},
                            DType{"BOOL", 1, false}};

template <class T>
T number_at(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

float float_at(std::string_view dtype, const char* at) {
  if (dtype == "F32") return number_at<float>(at);
  const auto bits = number_at<std::uint16_t>(at);
  if (dtype == "F16") return static_cast<float>(Eigen::numext::bit_cast<Eigen::half>(bits));
  return std::bit_cast<float>(std::uint32_t{bits} << 16U);
}

double double_at(std::string_view dtype, const char* at) {
  if (dtype == "F64") return number_at<double>(at);
  if (dtype == "I64") return static_cast<double>(number_at<std::int64_t>(at));
  if (dtype == "I32") return number_at<std::int32_t>(at);
  if (dtype == "I16") return number_at<std::int16_t>(at);
  if (dtype == "I8") return number_at<std::int8_t>(at);
  if (dtype == "U64") return static_cast<double>(number_at<std::uint64_t>(at));
  if (dtype == "U32") return number_at<std::uint32_t>(at);
  if (dtype == "U16") return number_at<std::uint16_t>(at);
  return number_at<std::uint8_t>(at);  // U8, BOOL
}

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
    const auto length = number_at<std::uint64_t>(bytes_.data());
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
    read.values = values(*dtype, read.shape, count, numbers_.data() + begin);
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

  static Tensor values(const DType& dtype, const std::vector<std::int64_t>& shape,
                       std::size_t count, const char* at) {
    const auto all = static_cast<Eigen::Index>(count);
    // of an empty tensor only what fits a matrix of no entries
    const Eigen::Index rows = shape.empty() ? 1 : (all == 0 ? 0 : shape[0]);
    const Eigen::Index columns = rows == 0 ? 0 : all / rows;
    const auto fill = [&]<class S>(Array<S> matrix, auto number) {
      for (Eigen::Index r = 0; r < rows; ++r) {
        for (Eigen::Index c = 0; c < columns; ++c) {
          matrix(r, c) = number(dtype.name, at);
          at += dtype.bytes;
        }
      }
      return matrix;
    };
    if (dtype.is_float) return fill(Array<float>(rows, columns), float_at);
    return fill(Array<double>(rows, columns), double_at);
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

template <class S>
void append_row_by_row(std::string& bytes, const Array<S>& matrix) {
  for (Eigen::Index r = 0; r < matrix.rows(); ++r) {
    for (Eigen::Index c = 0; c < matrix.cols(); ++c) {
      std::array<char, sizeof(S)> number{};
      std::memcpy(number.data(), &matrix(r, c), sizeof(S));
      bytes.append(number.data(), number.size());
    }
  }
}

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
      std::visit([&](const auto& matrix) { append_row_by_row(numbers, matrix); }, tensor.values);
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
  if (const std::error_code error = write_aside(path, safetensors_bytes(file))) {
    std::error_code none;
    throw Error(fmt::format(
        "{} can't be written: {}{}", path.string(), error.message(),
        std::filesystem::is_regular_file(path, none) ? "; the old file is unchanged" : ""));
  }
}

}  // namespace tracer
