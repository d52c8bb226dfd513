#include "tracer/claims/named_arrays.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "datasets/gzip.hpp"
#include "datasets/npz.hpp"
#include "tracer/claims/array_names.hpp"
#include "tracer/claims/text_arrays.hpp"
#include "tracer/error.hpp"
#include "tracer/text/utf8.hpp"
#include "tracer/train/safetensors.hpp"

namespace tracer {
namespace {

// ---- what is refused, and what to do instead

constexpr std::string_view instead =
    "np.savez(\"claims.npz\", **{\"dL/dW1\": dW1, \"dL/db1\": db1}) writes what is read here";

[[noreturn]] void fail_pickle(const std::string& source) {
  fail_file(source,
            fmt::format("is a pickle (torch.save writes them too), and is not opened, for it "
                        "could run any code; for a network in PyTorch: np.savez(\"claims.npz\", "
                        "**{{n: p.grad.numpy() for n, p in net.named_parameters()}}); else {}",
                        instead));
}

void refuse_foreign(std::string_view bytes, const std::string& source) {
  if (bytes.starts_with("MATLAB 5") || bytes.starts_with("MATLAB 7")) {
    fail_file(source, fmt::format("is MATLAB's, which is not read here; with x = "
                                  "scipy.io.loadmat(\"{}\") in Python, np.savez(\"claims.npz\", "
                                  "**{{\"dL/dW1\": x[\"dW1\"]}}) does it, and writematrix(dW1, "
                                  "\"W1.csv\") in MATLAB",
                                  source));
  }
  if (bytes.starts_with("\x89HDF\r\n\x1a\n")) {
    fail_file(source,
              fmt::format("is HDF5 (Keras, or MATLAB's -v7.3), which is not read here; with x = "
                          "h5py.File(\"{}\") in Python, np.savez(\"claims.npz\", "
                          "**{{\"dL/dW1\": x[\"dW1\"][:]}}) does it",
                          source));
  }
  const bool is_pickle = bytes.size() > 2 && bytes[0] == '\x80' && bytes[1] >= 1 && bytes[1] <= 5;
  const bool is_old_pickle = source.ends_with(".pkl") || source.ends_with(".pickle") ||
                             source.ends_with(".pt") || source.ends_with(".pth");
  if (is_pickle || is_old_pickle) fail_pickle(source);
}

// ---- binary files

NamedArray from_npy(const std::string& name, const NpyArray& array) {
  NamedArray made;
  made.name = name;
  made.shape = array.shape;
  made.values.reserve(array.size());
  std::visit([&](const auto& all) { made.values.assign(all.begin(), all.end()); }, array.values);
  if (array.dtype == "f2") made.precision = precision_of("float16");
  if (array.dtype == "f4") made.precision = precision_of("float32");
  return made;
}

std::vector<NamedArray> from_zip(std::string_view text, const std::string& source) {
  const Npz archive(Bytes(text.begin(), text.end()), source);
  for (const std::string& member : archive.names()) {
    if (member.ends_with(".pkl")) fail_pickle(source);
    if (member.starts_with("xl/")) fail_file(source, "is a spreadsheet; save it as CSV");
  }
  std::vector<std::string> members;
  std::vector<NamedArray> made;
  for (const NamedNpy& read : archive.read_all(largest_claim)) {
    members.push_back(read.name);
    made.push_back(from_npy(read.name, read.array));
  }
  const std::vector<MemberName> names = names_without_folders(std::move(members));
  for (std::size_t i = 0; i < made.size(); ++i) {
    made[i].name = names[i].name;
    made[i].section = names[i].section;
  }
  return made;
}

std::vector<NamedArray> from_safetensors(std::string_view bytes, const std::string& source) {
  std::vector<NamedArray> made;
  for (const auto& [name, tensor] : parse_safetensors(bytes, source).tensors) {
    NamedArray array;
    array.name = name;
    array.shape = tensor.shape;
    std::visit(
        [&](const auto& matrix) {
          for (Eigen::Index r = 0; r < matrix.rows(); ++r) {
            for (Eigen::Index c = 0; c < matrix.cols(); ++c)
              array.values.push_back(static_cast<long double>(matrix(r, c)));
          }
        },
        tensor.values);
    if (tensor.dtype == "F16") array.precision = precision_of("float16");
    if (tensor.dtype == "BF16") array.precision = precision_of("bf16");
    if (tensor.dtype == "F32") array.precision = precision_of("float32");
    if (array.values.empty()) fail_file(source, fmt::format("{} has no entries", name));
    made.push_back(std::move(array));
  }
  return made;
}

// eight bytes of a length, of which the upper four are 0, then JSON
bool is_safetensors(std::string_view bytes) {
  return bytes.size() > 8 && bytes[8] == '{' &&
         bytes.substr(4, 4) == std::string_view("\0\0\0\0", 4);
}

// ---- any file

std::vector<NamedArray> read_any(std::string_view bytes, const std::string& source,
                                 const std::string& stem) {
  if (is_safetensors(bytes) || source.ends_with(".safetensors"))
    return from_safetensors(bytes, source);
  refuse_foreign(bytes, source);
  if (bytes.starts_with("PK") || source.ends_with(".npz")) return from_zip(bytes, source);
  if (bytes.starts_with('\x93') || source.ends_with(".npy")) {
    const auto* begin = reinterpret_cast<const unsigned char*>(bytes.data());
    return {from_npy(stem, parse_npy({begin, bytes.size()}, source))};
  }
  if (bytes.size() > largest_text) {
    fail_file(
        source,
        fmt::format("has {} bytes, and is neither an .npz nor a safetensors file; text of more "
                    "than {} bytes is not read: {}",
                    bytes.size(), largest_text, instead));
  }
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);  // a byte order mark
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) {
    fail_file(source, "is empty");
  }
  if (utf8::find_invalid(bytes) != std::string_view::npos) {
    fail_file(source,
              fmt::format("is neither text nor an .npy, .npz or safetensors file; {}", instead));
  }
  // what begins with a comment is meant as JSON where it is called so
  const bool is_json = bytes[first] == '{' || bytes[first] == '[' ||
                       (source.ends_with(".json") && (bytes[first] == '/' || bytes[first] == '#'));
  return judged(is_json ? json_arrays(bytes, source, stem) : csv_arrays(bytes, source, stem));
}

// "[3, 5]": where in C order entry k is
std::string place(const NamedArray& array, std::size_t k) {
  std::vector<std::size_t> at(array.shape.size());
  for (std::size_t d = at.size(); d-- > 0;) {
    const auto side = static_cast<std::size_t>(array.shape[d]);
    at[d] = k % side;
    k /= side;
  }
  return fmt::format("[{}]", fmt::join(at, ", "));
}

void check(const std::vector<NamedArray>& arrays, const std::string& source) {
  if (arrays.empty()) {
    fail_file(source,
              "holds no array; expected the gradients by name, as in {\"dL/dW1\": [[1, 2]]}");
  }
  if (arrays.size() > most_arrays) {
    fail_file(source,
              fmt::format("holds {} arrays, more than the {} that are read; a matrix is one array, "
                          "not one for each of its entries",
                          arrays.size(), most_arrays));
  }
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const NamedArray& array : arrays) {
    if (!seen.emplace(array.section, array.name).second)
      fail_file(source, fmt::format("has two arrays called '{}'", array.name));
    const auto is_bad = [](long double x) { return !std::isfinite(static_cast<double>(x)); };
    const auto bad = std::ranges::find_if(array.values, is_bad);
    if (bad == array.values.end()) continue;
    const auto others = std::ranges::count_if(array.values, is_bad) - 1;
    const std::string kind = std::isnan(*bad) ? "nan" : *bad < 0 ? "-inf" : "inf";
    fail_file(array.line > 0 ? fmt::format("{}:{}", source, array.line) : source,
              fmt::format(
                  "{} {} {}{}{}; nothing can be said of a gradient that is no number: look for a "
                  "division by 0, the log of 0, or an exp that is too large",
                  array.name, array.shape.empty() ? "is" : "has", kind,
                  array.shape.empty()
                      ? ""
                      : " at " + place(array, static_cast<std::size_t>(bad - array.values.begin())),
                  others == 0   ? ""
                  : others == 1 ? " (and another such entry)"
                                : fmt::format(" (and {} other such entries)", others)));
  }
}

}  // namespace

Precision precision_of(const std::string& name) {
  // Unit roundoff 2^-p for p bits of mantissa; smallest number 2^(least exponent - p + 1). Of those
  // with the exponents of float32 it is 2^least exponent: much hardware has no subnormal ones there.
  if (name == "float64") return {name, 0x1p-53, 0x1p-1074};
  if (name == "float32") return {name, 0x1p-24, 0x1p-126};
  if (name == "tf32") return {name, 0x1p-11, 0x1p-126};
  if (name == "float16") return {name, 0x1p-11, 0x1p-24};
  if (name == "bf16" || name == "bfloat16") return {"bf16", 0x1p-8, 0x1p-126};
  throw Error(fmt::format(
      "there is no precision '{}'; there are float64, float32, tf32, float16 and bf16", name));
}

std::string shape_text(const NamedArray& array) {
  if (array.shape.empty()) return "a number";
  if (array.shape.size() == 1) return fmt::format("a list of {}", array.shape[0]);
  return fmt::format("{}", fmt::join(array.shape, "×"));
}

std::vector<NamedArray> parse_named_arrays(std::string_view bytes, const std::string& source,
                                           const std::string& stem) {
  std::vector<NamedArray> arrays = read_any(bytes, source, stem);
  check(arrays, source);
  recognise_float32(arrays);
  return arrays;
}

std::vector<NamedArray> read_named_arrays(const std::filesystem::path& path) {
  const Bytes bytes = read_bytes(path, largest_claim);
  return parse_named_arrays({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                            path.string(), path.stem().string());
}

}  // namespace tracer
