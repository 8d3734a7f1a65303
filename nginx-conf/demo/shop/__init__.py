# SPDX-License-Identifier: Apache-2.0
"""A small web shop with real weaknesses, for showing what ngx-rasp stops. Never run it where others can reach it."""
