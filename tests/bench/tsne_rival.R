# Rtsne, for `./run bench embed`: FOLDER N THREADS. Reads x.bin (N rows of doubles), writes y.bin, and says how
# long the picture took.
suppressPackageStartupMessages(library(Rtsne))
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
n <- as.integer(arguments[2])
file <- file.path(folder, "x.bin")
x <- matrix(readBin(file, "double", file.size(file) / 8), nrow = n, byrow = TRUE)
set.seed(0)
taken <- system.time(
  y <- Rtsne(x, perplexity = 30, max_iter = 1000, theta = 0.5, pca = FALSE,
             check_duplicates = FALSE, num_threads = as.integer(arguments[3]))$Y
)
writeBin(as.vector(t(y)), file.path(folder, "y.bin"))
cat(sprintf('{"seconds": %f, "cpu_seconds": %f, "version": "Rtsne %s"}\n', taken[["elapsed"]],
            taken[["user.self"]] + taken[["sys.self"]], packageVersion("Rtsne")))
