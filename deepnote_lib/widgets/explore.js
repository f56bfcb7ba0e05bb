(function(script){
var root=script&&script.parentNode;
if(!root||!root.matches||!root.matches(".deepnote-explore")){
var all=document.querySelectorAll(".deepnote-explore:not([data-ready])");root=all[all.length-1];}
if(!root||root.dataset.ready)return;
root.dataset.ready="1";
var values=JSON.parse(root.dataset.values),inputs=root.querySelectorAll("input"),outputs=root.querySelectorAll("output"),images=root.querySelectorAll("img"),status=root.querySelector(".deepnote-explore-status");
function show(say){
var k=0;
inputs.forEach(function(input,i){var text=values[i][+input.value];k=k*values[i].length+ +input.value;outputs[i].textContent=text;input.setAttribute("aria-valuetext",text);});
images.forEach(function(image,i){image.hidden=i!==k;});
if(say)status.textContent=images[k].alt;
}
inputs.forEach(function(input){input.addEventListener("input",function(){show(true);});});
root.querySelector(".deepnote-explore-controls").hidden=false;
show(false);
})(document.currentScript);
