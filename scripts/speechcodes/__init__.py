"""Features for recognising emotion in speech, learned and hand-crafted, compared.

Data flows one way, and a module imports only from its own package and those above it
in this list:

records, errors, names, progress    what all stages share
storage                             HDF5, tables, checksums, shards
corpus                              utterances, parts and roles, what is left out
features                            audio, signals, features that need no training
autoencoders                        training, selection, encoding
experiment                          predictions, scores, statistics, conclusions
predictor                           trained on all labels, to label new speech
configuration                       what a user asks for, checked
figures, report                     results, drawn and told
operations                          logs, run times, descriptions: no science
"""
