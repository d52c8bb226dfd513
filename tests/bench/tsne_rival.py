"""scikit-learn's t-SNE, for `./run bench embed`: FOLDER N THREADS. Reads x.bin (N rows of doubles), writes y.bin,
and says how long the picture took."""
import json
import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn.manifold import TSNE

warnings.simplefilter("ignore")
folder, n, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
x = np.fromfile(folder + "/x.bin").reshape(n, -1).astype(np.float32)
begin, cpu_begin = time.perf_counter(), time.process_time()
y = TSNE(perplexity=30, n_iter=1000, angle=0.5, init="pca", learning_rate="auto",
         random_state=0, n_jobs=threads).fit_transform(x)
seconds, cpu_seconds = time.perf_counter() - begin, time.process_time() - cpu_begin
y.astype(np.float64).tofile(folder + "/y.bin")
print(json.dumps({"seconds": seconds, "cpu_seconds": cpu_seconds,
                  "version": "scikit-learn " + sklearn.__version__}))
