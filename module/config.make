# SPDX-License-Identifier: Apache-2.0
# Sourced at the end of nginx's auto/make: the rule behind `make modules`.
rasp_objs=`cd $NGX_OBJS && pwd`

cat << END                                                >> $NGX_MAKEFILE

.PHONY: rasp_module
modules: rasp_module
rasp_module:
	cmake -S $ngx_addon_dir/.. -B $rasp_objs/rasp -DCMAKE_BUILD_TYPE=Release \\
		-DRASP_NGINX_SRC=`pwd` -DRASP_NGINX_OBJS=$rasp_objs
	cmake --build $rasp_objs/rasp --target ngx_http_rasp_module
	cp $rasp_objs/rasp/module/ngx_http_rasp_module.so $rasp_objs/

END
