// NumPy's .npy: a short header in Python's notation, then the numbers. Next: npz.hpp, an archive of
// these.
// Source: NumPy Enhancement Proposal 1 and numpy.lib.format (versions 1.0, 2.0, 3.0).
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "datasets/gzip.hpp"
#include "tracer/number/eigen.hpp"

namespace tracer {

/// An array as NumPy has it, in C order (the last index runs fastest), whatever its file had.
struct NpyArray {
  std::vector<std::int64_t> shape;  ///< empty: one number
  std::string dtype = "f4";         ///< kind and bytes, as in the file: f2 f4 f8 i1 ... u8 b1
  /// float for f2, f4 and integers of at most 16 bits, which it holds exactly; else double
  /// (integers beyond 2⁵³ are rounded).
  std::variant<std::vector<float>, std::vector<double>> values;

  std::size_t size() const;
  double at(std::size_t) const;  ///< in C order
  /// 2-D as it is; 1-D n × 1; a number 1 × 1; n × a × b ... becomes n × (a·b ...).
  std::int64_t rows() const;
  std::int64_t columns() const;
  std::string shape_text() const;  ///< "(60000, 28, 28)", as Python prints it
};

/// rows() × columns(); Float is float or double.
template <class Float>
Array<Float> matrix_of(const NpyArray&);
/// Its transpose, without going through the other.
template <class Float>
Array<Float> transposed_matrix_of(const NpyArray&);
extern template Array<float> matrix_of(const NpyArray&);
extern template Array<double> matrix_of(const NpyArray&);
extern template Array<float> transposed_matrix_of(const NpyArray&);
extern template Array<double> transposed_matrix_of(const NpyArray&);

/// r × c, as float32 or float64 by the matrix's scalar.
NpyArray npy_array(const Array<float>&);
NpyArray npy_array(const Array<double>&);

/// Reads float16/32/64, integers of 8 to 64 bits with or without sign, bool; either byte order,
/// either C or Fortran order. Throws Error naming the file: not a .npy, another type (complex,
/// text, objects), a size that does not fit the header.
NpyArray read_npy(const std::filesystem::path&);
NpyArray parse_npy(std::span<const unsigned char>, const std::string& name);

/// Version 1.0, C order, little-endian; float32 or float64 by the variant. Written aside, renamed.
void write_npy(const std::filesystem::path&, const NpyArray&);
Bytes npy_bytes(const NpyArray&);

}  // namespace tracer
