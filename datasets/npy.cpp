#include "datasets/npy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <string_view>

#include "datasets/npy_header.hpp"

namespace tracer {
namespace {

constexpr std::string_view magic("\x93NUMPY", 6);

float from_half(std::uint16_t bits) {
  return static_cast<float>(Eigen::numext::bit_cast<Eigen::half>(bits));
}

template <class Bits>
Bits bits_at(const unsigned char* at, bool big_endian) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < sizeof(Bits); ++i) {
    bits |= std::uint64_t{at[big_endian ? sizeof(Bits) - 1 - i : i]} << 8 * i;
  }
  return static_cast<Bits>(bits);
}

template <class To, class Bits, class Convert>
std::vector<To> converted(std::span<const unsigned char> bytes, bool big_endian, Convert convert) {
  std::vector<To> values(bytes.size() / sizeof(Bits));
  for (std::size_t k = 0; k < values.size(); ++k) {
    values[k] = static_cast<To>(convert(bits_at<Bits>(&bytes[k * sizeof(Bits)], big_endian)));
  }
  return values;
}

template <class Signed, class Bits, class To>
std::vector<To> signed_numbers(std::span<const unsigned char> bytes, bool big_endian) {
  return converted<To, Bits>(bytes, big_endian,
                             [](Bits bits) { return std::bit_cast<Signed>(bits); });
}
template <class Bits, class To>
std::vector<To> unsigned_numbers(std::span<const unsigned char> bytes, bool big_endian) {
  return converted<To, Bits>(bytes, big_endian, [](Bits bits) { return bits; });
}

using Values = std::variant<std::vector<float>, std::vector<double>>;
using Reader = Values (*)(std::span<const unsigned char>, bool big_endian);

struct Type {
  std::string_view code;
  std::size_t bytes;
  Reader read;
};

using B = std::span<const unsigned char>;
const std::array<Type, 12> types{{
    {"b1", 1,
     [](B b, bool) -> Values {
       return converted<float, std::uint8_t>(b, false, [](auto bits) { return bits != 0 ? 1 : 0; });
     }},
    {"u1", 1, [](B b, bool e) -> Values { return unsigned_numbers<std::uint8_t, float>(b, e); }},
    {"u2", 2, [](B b, bool e) -> Values { return unsigned_numbers<std::uint16_t, float>(b, e); }},
    {"u4", 4, [](B b, bool e) -> Values { return unsigned_numbers<std::uint32_t, double>(b, e); }},
    {"u8", 8, [](B b, bool e) -> Values { return unsigned_numbers<std::uint64_t, double>(b, e); }},
    {"i1", 1,
     [](B b, bool e) -> Values { return signed_numbers<std::int8_t, std::uint8_t, float>(b, e); }},
    {"i2", 2,
     [](B b, bool e) -> Values {
       return signed_numbers<std::int16_t, std::uint16_t, float>(b, e);
     }},
    {"i4", 4,
     [](B b, bool e) -> Values {
       return signed_numbers<std::int32_t, std::uint32_t, double>(b, e);
     }},
    {"i8", 8,
     [](B b, bool e) -> Values {
       return signed_numbers<std::int64_t, std::uint64_t, double>(b, e);
     }},
    {"f2", 2,
     [](B b, bool e) -> Values { return converted<float, std::uint16_t>(b, e, from_half); }},
    {"f4", 4,
     [](B b, bool e) -> Values { return signed_numbers<float, std::uint32_t, float>(b, e); }},
    {"f8", 8,
     [](B b, bool e) -> Values { return signed_numbers<double, std::uint64_t, double>(b, e); }},
}};

// Fortran order has the first index run fastest. Both orders are walked at once: C's position k,
// Fortran's by adding strides, with carries.
template <class Float>
std::vector<Float> in_c_order(const std::vector<Float>& fortran,
                              const std::vector<std::int64_t>& shape) {
  std::vector<std::size_t> stride(shape.size(), 1), index(shape.size(), 0);
  for (std::size_t d = 1; d < shape.size(); ++d) {
    stride[d] = stride[d - 1] * static_cast<std::size_t>(shape[d - 1]);
  }
  std::vector<Float> out;
  out.reserve(fortran.size());
  std::size_t from = 0;
  for (std::size_t k = 0; k < fortran.size(); ++k) {
    out.push_back(fortran[from]);
    for (std::size_t d = shape.size(); d-- > 0;) {
      from += stride[d];
      if (++index[d] < static_cast<std::size_t>(shape[d])) break;
      from -= stride[d] * index[d];
      index[d] = 0;
    }
  }
  return out;
}

}  // namespace

std::size_t NpyArray::size() const {
  return std::visit([](const auto& v) { return v.size(); }, values);
}

double NpyArray::at(std::size_t k) const {
  return std::visit([k](const auto& v) { return static_cast<double>(v[k]); }, values);
}

std::int64_t NpyArray::rows() const { return shape.empty() ? 1 : shape[0]; }

std::int64_t NpyArray::columns() const {
  std::int64_t product = 1;
  for (std::size_t d = 1; d < shape.size(); ++d) product *= shape[d];
  return product;
}

std::string NpyArray::shape_text() const {
  return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

template <class Float>
Array<Float> matrix_of(const NpyArray& array) {
  return std::visit(
      [&]<class T>(const std::vector<T>& values) -> Array<Float> {
        using RowMajor = Eigen::Array<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
        return Eigen::Map<const RowMajor>(values.data(), array.rows(), array.columns())
            .template cast<Float>();
      },
      array.values);
}

template <class Float>
Array<Float> transposed_matrix_of(const NpyArray& array) {
  return std::visit(
      [&]<class T>(const std::vector<T>& values) -> Array<Float> {
        // C order of an r × c array is Eigen's own order of a c × r one.
        return Eigen::Map<const Array<T>>(values.data(), array.columns(), array.rows())
            .template cast<Float>();
      },
      array.values);
}

template Array<float> matrix_of(const NpyArray&);
template Array<double> matrix_of(const NpyArray&);
template Array<float> transposed_matrix_of(const NpyArray&);
template Array<double> transposed_matrix_of(const NpyArray&);

namespace {

template <class Float>
NpyArray from_matrix(const Array<Float>& matrix, const char* dtype) {
  std::vector<Float> values(static_cast<std::size_t>(matrix.size()));
  using RowMajor = Eigen::Array<Float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::Map<RowMajor>(values.data(), matrix.rows(), matrix.cols()) = matrix;
  return {{matrix.rows(), matrix.cols()}, dtype, std::move(values)};
}

}  // namespace

NpyArray npy_array(const Array<float>& matrix) { return from_matrix(matrix, "f4"); }
NpyArray npy_array(const Array<double>& matrix) { return from_matrix(matrix, "f8"); }

NpyArray parse_npy(std::span<const unsigned char> bytes, const std::string& name) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with(magic)) fail_file(name, "does not begin as a .npy file does");
  if (bytes.size() < 10) fail_file(name, "ends in its header");
  const int version = bytes[6];
  if (version < 1 || version > 3) {
    fail_file(name,
              fmt::format("is of .npy version {}.{}, expected 1.0, 2.0 or 3.0", version, bytes[7]));
  }
  // Version 1 has two bytes for the length of the header, later ones four.
  const std::size_t start = version == 1 ? 10 : 12;
  if (bytes.size() < start) fail_file(name, "ends in its header");
  const std::size_t length = version == 1 ? bits_at<std::uint16_t>(&bytes[8], false)
                                          : bits_at<std::uint32_t>(&bytes[8], false);
  if (bytes.size() - start < length) fail_file(name, "ends in its header");
  const NpyHeader header = npy_header(text.substr(start, length), name);

  const std::string_view descr = header.descr;
  const auto type = std::ranges::find_if(types, [&](const Type& t) {
    return descr.size() == 3 && descr.substr(1) == t.code &&
           std::strchr("<>|=", descr[0]) != nullptr;
  });
  if (descr.ends_with('O')) {
    fail_file(
        name,
        "holds Python objects, which are not read here, for they could run code; save numbers: "
        "in Python, np.array(x, dtype=float), and np.savez(file, W1=..., b1=...) for several "
        "arrays");
  }
  if (type == types.end()) {
    fail_file(name,
              fmt::format("has entries of type '{}', expected floats of 2, 4 or 8 bytes, integers "
                          "or bool; in Python, astype(\"float32\") makes them so",
                          header.descr));
  }
  // Written on a big-endian machine, "=" would be that order; nobody does.
  const bool big_endian = descr[0] == '>';
  NpyArray array{header.shape, std::string(type->code), {}};
  const std::span<const unsigned char> content = bytes.subspan(start + length);
  if (array.shape.size() > 32) fail_file(name, "has more than 32 dimensions");
  if (std::ranges::find(array.shape, 0) != array.shape.end()) {
    fail_file(name, fmt::format("has no entries: its shape is {}", array.shape_text()));
  }
  // Checked one size after the other, so that no product overflows.
  std::size_t wanted = type->bytes;
  for (const std::int64_t size : array.shape) {
    const auto n = static_cast<std::uint64_t>(size);
    if (wanted > content.size() / n) {
      fail_file(name,
                fmt::format("is cut off: {} bytes follow the header, too few for {} of {} bytes "
                            "each",
                            content.size(), array.shape_text(), type->bytes));
    }
    wanted *= static_cast<std::size_t>(n);
  }
  if (content.size() != wanted) {
    fail_file(name, fmt::format("{} bytes follow the header, expected {} for {} of {} bytes each",
                                content.size(), wanted, array.shape_text(), type->bytes));
  }
  array.values = type->read(content, big_endian);
  if (header.fortran && array.shape.size() > 1) {
    array.values = std::visit([&](const auto& v) -> Values { return in_c_order(v, array.shape); },
                              array.values);
  }
  return array;
}

NpyArray read_npy(const std::filesystem::path& path) {
  return parse_npy(read_bytes(path), path.string());
}

Bytes npy_bytes(const NpyArray& array) {
  const bool is_double = std::holds_alternative<std::vector<double>>(array.values);
  std::string header = fmt::format("{{'descr': '<f{}', 'fortran_order': False, 'shape': {}, }}",
                                   is_double ? 8 : 4, array.shape_text());
  // NumPy aligns the numbers to 64 bytes, and ends the header with a line feed.
  while ((10 + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  Bytes bytes(magic.begin(), magic.end());
  bytes.insert(bytes.end(), {1, 0, static_cast<unsigned char>(header.size() & 0xffU),
                             static_cast<unsigned char>(header.size() >> 8U)});
  bytes.insert(bytes.end(), header.begin(), header.end());
  std::visit(
      [&]<class T>(const std::vector<T>& values) {
        using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
        bytes.reserve(bytes.size() + values.size() * sizeof(T));
        for (const T value : values) {
          const Bits bits = std::bit_cast<Bits>(value);
          for (std::size_t i = 0; i < sizeof(T); ++i) {
            bytes.push_back(static_cast<unsigned char>(bits >> 8 * i));
          }
        }
      },
      array.values);
  return bytes;
}

void write_npy(const std::filesystem::path& path, const NpyArray& array) {
  write_bytes(path, npy_bytes(array));
}

}  // namespace tracer
