<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
  <context>
    <name>ColourBar</name>
    <message>
      <source>high</source>
      <translation>alto</translation>
    </message>
    <message>
      <source>low</source>
      <translation>bajo</translation>
    </message>
  </context>
  <context>
    <name>Commands</name>
    <message>
      <source>Open files …</source>
      <translation>Abrir archivos …</translation>
    </message>
    <message>
      <source>Open folder …</source>
      <translation>Abrir carpeta …</translation>
    </message>
    <message>
      <source>Cancel scoring</source>
      <translation>Cancelar el análisis</translation>
    </message>
    <message>
      <source>Quit</source>
      <translation>Salir</translation>
    </message>
    <message>
      <source>Search</source>
      <translation>Buscar</translation>
    </message>
    <message>
      <source>Go to list</source>
      <translation>Ir a la lista</translation>
    </message>
    <message>
      <source>Refresh</source>
      <translation>Actualizar</translation>
    </message>
    <message>
      <source>Next study</source>
      <translation>Estudio siguiente</translation>
    </message>
    <message>
      <source>Previous study</source>
      <translation>Estudio anterior</translation>
    </message>
    <message>
      <source>Mark as reviewed</source>
      <translation>Indicar como revisado</translation>
    </message>
    <message>
      <source>Mark as unread</source>
      <translation>Indicar como no leído</translation>
    </message>
    <message>
      <source>Full screen</source>
      <translation>Pantalla completa</translation>
    </message>
    <message>
      <source>Guide</source>
      <translation>Guía</translation>
    </message>
    <message>
      <source>Keys</source>
      <translation>Teclas</translation>
    </message>
    <message>
      <source>File</source>
      <translation>Archivo</translation>
    </message>
    <message>
      <source>List</source>
      <translation>Lista</translation>
    </message>
    <message>
      <source>Reading</source>
      <translation>Lectura</translation>
    </message>
    <message>
      <source>Image</source>
      <translation>Imagen</translation>
    </message>
    <message>
      <source>Compare</source>
      <translation>Comparación</translation>
    </message>
    <message>
      <source>Model</source>
      <translation>Modelo</translation>
    </message>
    <message>
      <source>Help</source>
      <translation>Ayuda</translation>
    </message>
    <message>
      <source>Go to image</source>
      <translation>Ir a la imagen</translation>
    </message>
    <message>
      <source>Previous image of the study</source>
      <translation>Imagen anterior del estudio</translation>
    </message>
    <message>
      <source>Next image of the study</source>
      <translation>Imagen siguiente del estudio</translation>
    </message>
    <message>
      <source>Previous frame</source>
      <translation>Fotograma anterior</translation>
    </message>
    <message>
      <source>Next frame</source>
      <translation>Fotograma siguiente</translation>
    </message>
    <message>
      <source>Play the frames</source>
      <translation>Reproducir los fotogramas</translation>
    </message>
    <message>
      <source>Strip of images</source>
      <translation>Tira de imágenes</translation>
    </message>
    <message>
      <source>Drag sets the window</source>
      <translation>Arrastrar ajusta la ventana</translation>
    </message>
    <message>
      <source>Drag zooms</source>
      <translation>Arrastrar amplía</translation>
    </message>
    <message>
      <source>Drag moves</source>
      <translation>Arrastrar desplaza</translation>
    </message>
    <message>
      <source>Drag goes through the images</source>
      <translation>Arrastrar recorre las imágenes</translation>
    </message>
    <message>
      <source>Drag measures a length</source>
      <translation>Arrastrar mide una longitud</translation>
    </message>
    <message>
      <source>Drag measures an angle</source>
      <translation>Arrastrar mide un ángulo</translation>
    </message>
    <message>
      <source>Delete the last measurement</source>
      <translation>Borrar la última medición</translation>
    </message>
    <message>
      <source>Delete all measurements</source>
      <translation>Borrar todas las mediciones</translation>
    </message>
    <message>
      <source>Magnifier</source>
      <translation>Lupa</translation>
    </message>
    <message>
      <source>Turn right</source>
      <translation>Girar a la derecha</translation>
    </message>
    <message>
      <source>Turn left</source>
      <translation>Girar a la izquierda</translation>
    </message>
    <message>
      <source>Flip left and right</source>
      <translation>Invertir izquierda y derecha</translation>
    </message>
    <message>
      <source>Flip upside down</source>
      <translation>Invertir arriba y abajo</translation>
    </message>
    <message>
      <source>Invert</source>
      <translation>Invertir los grises</translation>
    </message>
    <message>
      <source>Whole image</source>
      <translation>Imagen completa</translation>
    </message>
    <message>
      <source>Pixel for pixel</source>
      <translation>Píxel a píxel</translation>
    </message>
    <message>
      <source>Life size</source>
      <translation>Tamaño real</translation>
    </message>
    <message>
      <source>Zoom in</source>
      <translation>Ampliar</translation>
    </message>
    <message>
      <source>Zoom out</source>
      <translation>Reducir</translation>
    </message>
    <message>
      <source>Reset</source>
      <translation>Restablecer</translation>
    </message>
    <message>
      <source>Heatmap</source>
      <translation>Mapa de calor</translation>
    </message>
    <message>
      <source>Heatmap fainter</source>
      <translation>Mapa de calor más tenue</translation>
    </message>
    <message>
      <source>Heatmap stronger</source>
      <translation>Mapa de calor más intenso</translation>
    </message>
    <message>
      <source>Heatmap as outlines</source>
      <translation>Mapa de calor en contornos</translation>
    </message>
    <message>
      <source>Heatmap from a lower threshold</source>
      <translation>Mapa de calor desde un umbral menor</translation>
    </message>
    <message>
      <source>Heatmap from a higher threshold</source>
      <translation>Mapa de calor desde un umbral mayor</translation>
    </message>
    <message>
      <source>What the model saw</source>
      <translation>Lo que vio el modelo</translation>
    </message>
    <message>
      <source>About the model</source>
      <translation>Acerca del modelo</translation>
    </message>
    <message>
      <source>Marks</source>
      <translation>Anotaciones</translation>
    </message>
    <message>
      <source>DICOM header</source>
      <translation>Cabecera DICOM</translation>
    </message>
    <message>
      <source>Save as picture …</source>
      <translation>Guardar como imagen …</translation>
    </message>
    <message>
      <source>Two images of the study</source>
      <translation>Dos imágenes del estudio</translation>
    </message>
    <message>
      <source>Prior study beside</source>
      <translation>Estudio previo al lado</translation>
    </message>
    <message>
      <source>Next earlier prior</source>
      <translation>Estudio previo más antiguo</translation>
    </message>
    <message>
      <source>Go to the other image</source>
      <translation>Ir a la otra imagen</translation>
    </message>
    <message>
      <source>Zoom and move together</source>
      <translation>Ampliar y desplazar juntas</translation>
    </message>
    <message>
      <source>Window together</source>
      <translation>Ajustar la ventana juntas</translation>
    </message>
    <message>
      <source>Images in a window of their own</source>
      <translation>Imágenes en su propia ventana</translation>
    </message>
    <message>
      <source>Search archives …</source>
      <translation>Buscar en archivos …</translation>
    </message>
    <message>
      <source>Receive studies</source>
      <translation>Recibir estudios</translation>
    </message>
    <message>
      <source>What is being sent …</source>
      <translation>Envíos en curso …</translation>
    </message>
    <message>
      <source>Network …</source>
      <translation>Red …</translation>
    </message>
    <message>
      <source>Next unread study</source>
      <translation>Siguiente estudio sin leer</translation>
    </message>
    <message>
      <source>Previous unread study</source>
      <translation>Anterior estudio sin leer</translation>
    </message>
    <message>
      <source>Agree</source>
      <translation>De acuerdo</translation>
    </message>
    <message>
      <source>Unsure</source>
      <translation>Inseguro</translation>
    </message>
    <message>
      <source>Disagree</source>
      <translation>En desacuerdo</translation>
    </message>
    <message>
      <source>Write a note</source>
      <translation>Escribir una nota</translation>
    </message>
    <message>
      <source>Undo status or verdict</source>
      <translation>Deshacer el estado o la opinión</translation>
    </message>
    <message>
      <source>Mark as in progress</source>
      <translation>Indicar como en curso</translation>
    </message>
    <message>
      <source>Mark as dictated</source>
      <translation>Indicar como dictado</translation>
    </message>
    <message>
      <source>Mark as validated</source>
      <translation>Indicar como validado</translation>
    </message>
    <message>
      <source>Mark as cancelled</source>
      <translation>Indicar como cancelado</translation>
    </message>
    <message>
      <source>Order of arrival</source>
      <translation>Orden de llegada</translation>
    </message>
    <message>
      <source>Small pictures in the list</source>
      <translation>Imágenes pequeñas en la lista</translation>
    </message>
    <message>
      <source>Next tab</source>
      <translation>Pestaña siguiente</translation>
    </message>
    <message>
      <source>Previous tab</source>
      <translation>Pestaña anterior</translation>
    </message>
    <message>
      <source>Keep the search as a tab …</source>
      <translation>Guardar la búsqueda como pestaña …</translation>
    </message>
    <message>
      <source>Remove this tab</source>
      <translation>Quitar esta pestaña</translation>
    </message>
    <message>
      <source>Save the list as CSV …</source>
      <translation>Guardar la lista como CSV …</translation>
    </message>
    <message>
      <source>Save the result as PDF …</source>
      <translation>Guardar el resultado como PDF …</translation>
    </message>
    <message>
      <source>Print the result …</source>
      <translation>Imprimir el resultado …</translation>
    </message>
    <message>
      <source>Statistics</source>
      <translation>Estadísticas</translation>
    </message>
    <message>
      <source>Settings …</source>
      <translation>Ajustes …</translation>
    </message>
    <message>
      <source>Triage only: no score, no heatmap</source>
      <translation>Solo triaje: sin puntuación ni mapa de calor</translation>
    </message>
    <message>
      <source>Change keys …</source>
      <translation>Cambiar las teclas …</translation>
    </message>
  </context>
  <context>
    <name>Comparing</name>
    <message>
      <source>Loading …</source>
      <translation>Cargando …</translation>
    </message>
    <message>
      <source>This study holds no image.</source>
      <translation>Este estudio no contiene ninguna imagen.</translation>
    </message>
  </context>
  <context>
    <name>Desk</name>
    <message>
      <source>Triage only</source>
      <translation>Solo triaje</translation>
    </message>
    <message>
      <source>Reader aid</source>
      <translation>Ayuda a la lectura</translation>
    </message>
    <message>
      <source>{} (locked)</source>
      <translation>{} (bloqueado)</translation>
    </message>
    <message>
      <source>Flags and order are shown; scores and heatmaps are not.</source>
      <translation>Se muestran las marcas y el orden; las puntuaciones y los mapas de calor no.</translation>
    </message>
    <message>
      <source>Flags, scores and heatmaps are shown.</source>
      <translation>Se muestran las marcas, las puntuaciones y los mapas de calor.</translation>
    </message>
    <message>
      <source>Save the list as CSV</source>
      <translation>Guardar la lista como CSV</translation>
    </message>
    <message>
      <source>{} studies written to {}</source>
      <translation>{} estudios escritos en {}</translation>
    </message>
    <message>
      <source>Save the result as PDF</source>
      <translation>Guardar el resultado como PDF</translation>
    </message>
    <message>
      <source>Result written to {}</source>
      <translation>Resultado escrito en {}</translation>
    </message>
    <message>
      <source>{}: the page could not be written.</source>
      <translation>{}: no se pudo escribir la página.</translation>
    </message>
  </context>
  <context>
    <name>FilterBar</name>
    <message>
      <source>All</source>
      <translation>Todos</translation>
    </message>
    <message>
      <source>Unread</source>
      <translation>Sin leer</translation>
    </message>
    <message>
      <source>Flagged</source>
      <translation>Marcados</translation>
    </message>
    <message>
      <source>Not processed</source>
      <translation>No procesados</translation>
    </message>
    <message>
      <source>Today</source>
      <translation>Hoy</translation>
    </message>
    <message>
      <source>Mine</source>
      <translation>Míos</translation>
    </message>
    <message>
      <source>Filter</source>
      <translation>Filtro</translation>
    </message>
    <message>
      <source>Name, ID, accession, description</source>
      <translation>Nombre, ID, número de acceso, descripción</translation>
    </message>
    <message>
      <source>Search (Ctrl+F); Esc clears</source>
      <translation>Buscar (Ctrl+F); Esc borra</translation>
    </message>
    <message>
      <source>Search</source>
      <translation>Buscar</translation>
    </message>
    <message>
      <source>Let them into the list (F5)</source>
      <translation>Añadirlos a la lista (F5)</translation>
    </message>
    <message>
      <source>{} in: {}</source>
      <translation>{} en: {}</translation>
    </message>
    <message>
      <source>{} new</source>
      <translation>{} nuevos</translation>
    </message>
    <message>
      <source>Waiting to enter the list: {}</source>
      <translation>Esperan entrar en la lista: {}</translation>
    </message>
  </context>
  <context>
    <name>FilterKeeping</name>
    <message>
      <source>Keep as a tab</source>
      <translation>Guardar como pestaña</translation>
    </message>
    <message>
      <source>Name of the tab</source>
      <translation>Nombre de la pestaña</translation>
    </message>
  </context>
  <context>
    <name>HeaderBrowser</name>
    <message>
      <source>DICOM header</source>
      <translation>Cabecera DICOM</translation>
    </message>
    <message>
      <source>Search tag, name or value</source>
      <translation>Buscar etiqueta, nombre o valor</translation>
    </message>
    <message>
      <source>Search in the header</source>
      <translation>Buscar en la cabecera</translation>
    </message>
    <message>
      <source>Tag</source>
      <translation>Etiqueta</translation>
    </message>
    <message>
      <source>VR</source>
      <translation>VR</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>Nombre</translation>
    </message>
    <message>
      <source>Value</source>
      <translation>Valor</translation>
    </message>
    <message>
      <source>Elements of the header</source>
      <translation>Elementos de la cabecera</translation>
    </message>
    <message>
      <source>Copy</source>
      <translation>Copiar</translation>
    </message>
    <message>
      <source>{} of {}</source>
      <translation>{} de {}</translation>
    </message>
    <message>
      <source>{}</source>
      <translation>{}</translation>
    </message>
  </context>
  <context>
    <name>HelpWindow</name>
    <message>
      <source>Guide</source>
      <translation>Guía</translation>
    </message>
    <message>
      <source>Pages</source>
      <translation>Páginas</translation>
    </message>
    <message>
      <source>Page</source>
      <translation>Página</translation>
    </message>
    <message>
      <source>All keys</source>
      <translation>Todas las teclas</translation>
    </message>
  </context>
  <context>
    <name>ImageBar</name>
    <message>
      <source>Image tools</source>
      <translation>Herramientas de imagen</translation>
    </message>
    <message>
      <source>More tools</source>
      <translation>Más herramientas</translation>
    </message>
    <message>
      <source>Strength of the heatmap ([ and ])</source>
      <translation>Intensidad del mapa de calor ([ y ])</translation>
    </message>
    <message>
      <source>Strength of the heatmap</source>
      <translation>Intensidad del mapa de calor</translation>
    </message>
    <message>
      <source>Presets</source>
      <translation>Valores fijos</translation>
    </message>
    <message>
      <source>Windows and VOI LUTs (keys 0 to 9)</source>
      <translation>Ventanas y LUT VOI (teclas 0 a 9)</translation>
    </message>
  </context>
  <context>
    <name>ImageStrip</name>
    <message>
      <source>Strip of the study's images</source>
      <translation>Tira de las imágenes del estudio</translation>
    </message>
  </context>
  <context>
    <name>ImageView</name>
    <message>
      <source>Radiograph</source>
      <translation>Radiografía</translation>
    </message>
  </context>
  <context>
    <name>Inspecting</name>
    <message>
      <source>Save as picture - it shows what the marks show, the patient's name too</source>
      <translation>Guardar como imagen - muestra lo que muestran las anotaciones, también el nombre del paciente</translation>
    </message>
    <message>
      <source>PNG pictures (*.png)</source>
      <translation>Imágenes PNG (*.png)</translation>
    </message>
    <message>
      <source>No image is shown.</source>
      <translation>No se muestra ninguna imagen.</translation>
    </message>
    <message>
      <source>Loading …</source>
      <translation>Cargando …</translation>
    </message>
  </context>
  <context>
    <name>KeyEditor</name>
    <message>
      <source>Change keys</source>
      <translation>Cambiar las teclas</translation>
    </message>
    <message>
      <source>Command</source>
      <translation>Orden</translation>
    </message>
    <message>
      <source>Keys</source>
      <translation>Teclas</translation>
    </message>
    <message>
      <source>Conflict</source>
      <translation>Conflicto</translation>
    </message>
    <message>
      <source>Commands and keys</source>
      <translation>Órdenes y teclas</translation>
    </message>
    <message>
      <source>New key</source>
      <translation>Tecla nueva</translation>
    </message>
    <message>
      <source>Add key</source>
      <translation>Añadir la tecla</translation>
    </message>
    <message>
      <source>Use this key alone</source>
      <translation>Solo esta tecla</translation>
    </message>
    <message>
      <source>No key</source>
      <translation>Ninguna tecla</translation>
    </message>
    <message>
      <source>As delivered</source>
      <translation>Como de origen</translation>
    </message>
    <message>
      <source>Import …</source>
      <translation>Importar …</translation>
    </message>
    <message>
      <source>Export …</source>
      <translation>Exportar …</translation>
    </message>
    <message>
      <source>All as delivered</source>
      <translation>Todo como de origen</translation>
    </message>
    <message>
      <source>{} commands share a key; give each its own.</source>
      <translation>{} órdenes comparten una tecla; dé a cada una la suya.</translation>
    </message>
    <message>
      <source>a window of the image</source>
      <translation>una ventana de la imagen</translation>
    </message>
    <message>
      <source>Import keys</source>
      <translation>Importar las teclas</translation>
    </message>
    <message>
      <source>Export keys</source>
      <translation>Exportar las teclas</translation>
    </message>
    <message>
      <source>New key:</source>
      <translation>Tecla nueva:</translation>
    </message>
  </context>
  <context>
    <name>KeySheet</name>
    <message>
      <source>Left drag</source>
      <translation>Arrastrar con el izquierdo</translation>
    </message>
    <message>
      <source>as the tool says</source>
      <translation>según la herramienta</translation>
    </message>
    <message>
      <source>Right drag</source>
      <translation>Arrastrar con el derecho</translation>
    </message>
    <message>
      <source>zoom</source>
      <translation>ampliar</translation>
    </message>
    <message>
      <source>Middle drag</source>
      <translation>Arrastrar con el central</translation>
    </message>
    <message>
      <source>move</source>
      <translation>desplazar</translation>
    </message>
    <message>
      <source>Wheel</source>
      <translation>Rueda</translation>
    </message>
    <message>
      <source>zoom to the cursor</source>
      <translation>ampliar hacia el cursor</translation>
    </message>
    <message>
      <source>Ctrl + wheel</source>
      <translation>Ctrl + rueda</translation>
    </message>
    <message>
      <source>frames and images</source>
      <translation>fotogramas e imágenes</translation>
    </message>
    <message>
      <source>Double click</source>
      <translation>Doble clic</translation>
    </message>
    <message>
      <source>whole image / pixel for pixel</source>
      <translation>imagen completa / píxel a píxel</translation>
    </message>
    <message>
      <source>Arrows</source>
      <translation>Flechas</translation>
    </message>
    <message>
      <source>Shift + arrows</source>
      <translation>Mayús + flechas</translation>
    </message>
    <message>
      <source>window</source>
      <translation>ventana</translation>
    </message>
    <message>
      <source>Arrows, Enter</source>
      <translation>Flechas, Intro</translation>
    </message>
    <message>
      <source>measuring: cursor, set a point</source>
      <translation>medición: cursor, poner un punto</translation>
    </message>
    <message>
      <source>the file's window or VOI LUT</source>
      <translation>ventana o LUT VOI del archivo</translation>
    </message>
    <message>
      <source>full range of values</source>
      <translation>todo el intervalo de valores</translation>
    </message>
    <message>
      <source>the file's other choices</source>
      <translation>otras opciones del archivo</translation>
    </message>
    <message>
      <source>Keys</source>
      <translation>Teclas</translation>
    </message>
    <message>
      <source>On the image</source>
      <translation>Sobre la imagen</translation>
    </message>
  </context>
  <context>
    <name>LinePlot</name>
    <message>
      <source>none</source>
      <translation>ninguno</translation>
    </message>
    <message>
      <source>{}, the last value is {}</source>
      <translation>{}, el último valor es {}</translation>
    </message>
    <message>
      <source>Nothing counted yet</source>
      <translation>Nada contado todavía</translation>
    </message>
  </context>
  <context>
    <name>MainWindow</name>
    <message>
      <source>Chest X-ray triage - research use only, not a medical device</source>
      <translation>Triaje de radiografías de tórax - solo investigación, no es un producto sanitario</translation>
    </message>
    <message>
      <source>Studies</source>
      <translation>Estudios</translation>
    </message>
    <message>
      <source>Research use only - not a medical device</source>
      <translation>Solo investigación - no es un producto sanitario</translation>
    </message>
    <message>
      <source>Model {}   Operating point: {}</source>
      <translation>Modelo {}   Punto de operación: {}</translation>
    </message>
    <message>
      <source>No model: studies are listed and shown, not scored</source>
      <translation>Sin modelo: los estudios se listan y se muestran, no se puntúan</translation>
    </message>
    <message>
      <source>Open files</source>
      <translation>Abrir archivos</translation>
    </message>
    <message>
      <source>Open folder</source>
      <translation>Abrir carpeta</translation>
    </message>
    <message>
      <source>The first results are on their way.</source>
      <translation>Los primeros resultados están en camino.</translation>
    </message>
    <message>
      <source>This study holds no image.</source>
      <translation>Este estudio no contiene ninguna imagen.</translation>
    </message>
    <message>
      <source>No study is found here.</source>
      <translation>Aquí no se encuentra ningún estudio.</translation>
    </message>
    <message>
      <source>Open files (Ctrl+O) or a folder (Ctrl+Shift+O) of DICOM images,
or drop them here.</source>
      <translation>Abra archivos (Ctrl+O) o una carpeta (Ctrl+Mayús+O) de imágenes DICOM,
o suéltelos aquí.</translation>
    </message>
  </context>
  <context>
    <name>Marking</name>
    <message>
      <source>The status was changed by {} since; it is left as it is.</source>
      <translation>{} cambió el estado entretanto; se deja como está.</translation>
    </message>
    <message>
      <source>{} has this study in progress since {}.</source>
      <translation>{} tiene este estudio en curso desde las {}.</translation>
    </message>
    <message>
      <source>The study is no longer in the worklist.</source>
      <translation>El estudio ya no está en la lista de trabajo.</translation>
    </message>
  </context>
  <context>
    <name>Marks</name>
    <message>
      <source>RESEARCH USE ONLY</source>
      <translation>SOLO INVESTIGACIÓN</translation>
    </message>
    <message>
      <source>Lossy compressed</source>
      <translation>Compresión con pérdida</translation>
    </message>
    <message>
      <source>born {}</source>
      <translation>nac. {}</translation>
    </message>
    <message>
      <source>Name not given</source>
      <translation>Nombre no indicado</translation>
    </message>
    <message>
      <source>ID {}</source>
      <translation>ID {}</translation>
    </message>
    <message>
      <source>ID not given</source>
      <translation>ID no indicado</translation>
    </message>
    <message>
      <source>Date not given</source>
      <translation>Fecha no indicada</translation>
    </message>
    <message>
      <source>Laterality {}</source>
      <translation>Lateralidad {}</translation>
    </message>
    <message>
      <source>Inverted</source>
      <translation>Invertida</translation>
    </message>
    <message>
      <source>Zoom {} %</source>
      <translation>Zoom {} %</translation>
    </message>
    <message>
      <source>FLIPPED - mirror image</source>
      <translation>INVERTIDA - imagen especular</translation>
    </message>
    <message>
      <source>Turned {}°</source>
      <translation>Girada {}°</translation>
    </message>
  </context>
  <context>
    <name>Measurement</name>
    <message>
      <source>{}°</source>
      <translation>{}°</translation>
    </message>
    <message>
      <source>{} px</source>
      <translation>{} px</translation>
    </message>
    <message>
      <source>{} mm</source>
      <translation>{} mm</translation>
    </message>
    <message>
      <source>{} mm, calibrated</source>
      <translation>{} mm, calibrado</translation>
    </message>
    <message>
      <source>{} mm at detector</source>
      <translation>{} mm en el detector</translation>
    </message>
    <message>
      <source>{} mm on the film</source>
      <translation>{} mm en la película</translation>
    </message>
    <message>
      <source>{} mm, plane not stated</source>
      <translation>{} mm, plano no indicado</translation>
    </message>
  </context>
  <context>
    <name>MessageBar</name>
    <message>
      <source>Message</source>
      <translation>Mensaje</translation>
    </message>
    <message>
      <source>Dismiss</source>
      <translation>Ocultar</translation>
    </message>
    <message>
      <source>Dismiss messages</source>
      <translation>Ocultar los mensajes</translation>
    </message>
    <message>
      <source>All {} …</source>
      <translation>Los {} …</translation>
    </message>
    <message>
      <source>In full …</source>
      <translation>Completo …</translation>
    </message>
    <message>
      <source>Messages</source>
      <translation>Mensajes</translation>
    </message>
  </context>
  <context>
    <name>ModelCard</name>
    <message>
      <source>How often it is right and wrong</source>
      <translation>Con qué frecuencia acierta y falla</translation>
    </message>
    <message>
      <source>What it does not know</source>
      <translation>Lo que no sabe</translation>
    </message>
    <message>
      <source>Which images it reads</source>
      <translation>Qué imágenes lee</translation>
    </message>
    <message>
      <source>Modalities: {}</source>
      <translation>Modalidades: {}</translation>
    </message>
    <message>
      <source>Body parts: {}</source>
      <translation>Partes del cuerpo: {}</translation>
    </message>
    <message>
      <source>Views: {}</source>
      <translation>Proyecciones: {}</translation>
    </message>
    <message>
      <source>At least {} x {} pixels</source>
      <translation>Al menos {} x {} píxeles</translation>
    </message>
    <message>
      <source>Each image is resized to {} x {} pixels</source>
      <translation>Cada imagen se lleva a {} x {} píxeles</translation>
    </message>
    <message>
      <source>Calibration</source>
      <translation>Calibración</translation>
    </message>
    <message>
      <source>Tests</source>
      <translation>Pruebas</translation>
    </message>
    <message>
      <source>Data</source>
      <translation>Datos</translation>
    </message>
    <message>
      <source>{}, for {}: {} images of {} patients, {}</source>
      <translation>{}, para {}: {} imágenes de {} pacientes, {}</translation>
    </message>
    <message>
      <source>Identity</source>
      <translation>Identidad</translation>
    </message>
    <message>
      <source>Made {}</source>
      <translation>Creado {}</translation>
    </message>
    <message>
      <source>Device UID {}</source>
      <translation>UID del dispositivo {}</translation>
    </message>
    <message>
      <source>Run {}</source>
      <translation>Ejecución {}</translation>
    </message>
    <message>
      <source>SHA-256 {}</source>
      <translation>SHA-256 {}</translation>
    </message>
    <message>
      <source>{}: used from {} to below {} years, trained on {} to {} years</source>
      <translation>{}: se usa desde {} hasta menos de {} años, entrenado de {} a {} años</translation>
    </message>
    <message>
      <source>Unknown age: read as {}</source>
      <translation>Edad desconocida: leído como {}</translation>
    </message>
    <message>
      <source>Whom it reads apart</source>
      <translation>A quién lee por separado</translation>
    </message>
    <message>
      <source>None: the score orders images, and is no frequency of disease.</source>
      <translation>Ninguna: la puntuación ordena imágenes y no es una frecuencia de enfermedad.</translation>
    </message>
    <message>
      <source>Operating point {}, flagged from {}: of 100 images with {} it misses about {}, of 100 without it flags about {}. Sensitivity {}, specificity {}, on {} (n = {}).</source>
      <translation>Punto de operación {}, marcado desde {}: de 100 imágenes con {} omite unas {}, de 100 sin ella marca unas {}. Sensibilidad {}, especificidad {}, en {} (n = {}).</translation>
    </message>
  </context>
  <context>
    <name>ModelCardPage</name>
    <message>
      <source>About the model</source>
      <translation>Acerca del modelo</translation>
    </message>
    <message>
      <source>Model card</source>
      <translation>Ficha del modelo</translation>
    </message>
  </context>
  <context>
    <name>ModelInputDialog</name>
    <message>
      <source>What the model saw</source>
      <translation>Lo que vio el modelo</translation>
    </message>
    <message>
      <source>Input of the model</source>
      <translation>Entrada del modelo</translation>
    </message>
    <message>
      <source>Heatmap of the model, cell by cell</source>
      <translation>Mapa de calor del modelo, celda a celda</translation>
    </message>
    <message>
      <source>Loading …</source>
      <translation>Cargando …</translation>
    </message>
    <message>
      <source>{} x {} pixels, resized by an antialiased {} filter.</source>
      <translation>{} x {} píxeles, redimensionados con un filtro {} con suavizado.</translation>
    </message>
    <message>
      <source>The whole image is stretched to this shape; its proportions are not kept.</source>
      <translation>Toda la imagen se estira a esta forma; no se conservan sus proporciones.</translation>
    </message>
    <message>
      <source>Not scored: {}</source>
      <translation>Sin puntuación: {}</translation>
    </message>
    <message>
      <source>This is what the model would have been given.</source>
      <translation>Esto es lo que habría recibido el modelo.</translation>
    </message>
    <message>
      <source>Its heatmap has {} x {} cells; more detail than that it cannot show.</source>
      <translation>Su mapa de calor tiene {} x {} celdas; no puede mostrar más detalle.</translation>
    </message>
  </context>
  <context>
    <name>NetworkDialog</name>
    <message>
      <source>Network</source>
      <translation>Red</translation>
    </message>
    <message>
      <source>Receive studies while the window is open</source>
      <translation>Recibir estudios mientras la ventana esté abierta</translation>
    </message>
    <message>
      <source>127.0.0.1 is this machine only; 0.0.0.0 is the network</source>
      <translation>127.0.0.1 es solo este equipo; 0.0.0.0 es la red</translation>
    </message>
    <message>
      <source>Other systems</source>
      <translation>Otros sistemas</translation>
    </message>
    <message>
      <source>Add</source>
      <translation>Añadir</translation>
    </message>
    <message>
      <source>Remove</source>
      <translation>Quitar</translation>
    </message>
    <message>
      <source>Test</source>
      <translation>Probar</translation>
    </message>
    <message>
      <source>A token can be kept only beside a settings file; there is none.</source>
      <translation>Un token solo puede guardarse junto a un archivo de ajustes; no hay ninguno.</translation>
    </message>
    <message>
      <source>{}: this name is taken; choose another.</source>
      <translation>{}: este nombre ya existe; elija otro.</translation>
    </message>
    <message>
      <source>new</source>
      <translation>nuevo</translation>
    </message>
    <message>
      <source>{} is asked …</source>
      <translation>Se pregunta a {} …</translation>
    </message>
    <message>
      <source>{} answers: {}</source>
      <translation>{} responde: {}</translation>
    </message>
    <message>
      <source>Reception</source>
      <translation>Recepción</translation>
    </message>
    <message>
      <source>AE title</source>
      <translation>AE Title</translation>
    </message>
    <message>
      <source>Listens on</source>
      <translation>Escucha en</translation>
    </message>
    <message>
      <source>Port</source>
      <translation>Puerto</translation>
    </message>
  </context>
  <context>
    <name>Pane</name>
    <message>
      <source>Loading …</source>
      <translation>Cargando …</translation>
    </message>
    <message>
      <source>This image cannot be shown.

{}</source>
      <translation>Esta imagen no se puede mostrar.

{}</translation>
    </message>
    <message>
      <source>Image {} of {}</source>
      <translation>Imagen {} de {}</translation>
    </message>
    <message>
      <source>Frame {} of {}</source>
      <translation>Fotograma {} de {}</translation>
    </message>
    <message>
      <source>No heatmap: score below operating point</source>
      <translation>Sin mapa de calor: puntuación bajo el punto de operación</translation>
    </message>
    <message>
      <source>MOST HEAT OUTSIDE THE CHEST - do not trust</source>
      <translation>CASI TODO EL CALOR FUERA DEL TÓRAX - no fiarse</translation>
    </message>
    <message>
      <source>Life size at detector</source>
      <translation>Tamaño real en el detector</translation>
    </message>
    <message>
      <source>Life size</source>
      <translation>Tamaño real</translation>
    </message>
    <message>
      <source>padding</source>
      <translation>relleno</translation>
    </message>
    <message>
      <source>x {}  y {}  value {}</source>
      <translation>x {}  y {}  valor {}</translation>
    </message>
  </context>
  <context>
    <name>PeerForm</name>
    <message>
      <source>Encrypt, and check the certificate</source>
      <translation>Cifrar y comprobar el certificado</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>Nombre</translation>
    </message>
    <message>
      <source>AE title</source>
      <translation>AE Title</translation>
    </message>
    <message>
      <source>Host</source>
      <translation>Equipo</translation>
    </message>
    <message>
      <source>Port</source>
      <translation>Puerto</translation>
    </message>
    <message>
      <source>DICOMweb URL</source>
      <translation>URL de DICOMweb</translation>
    </message>
    <message>
      <source>Token of DICOMweb</source>
      <translation>Token de DICOMweb</translation>
    </message>
    <message>
      <source>TLS</source>
      <translation>TLS</translation>
    </message>
    <message>
      <source>Authorities (PEM)</source>
      <translation>Autoridades (PEM)</translation>
    </message>
    <message>
      <source>Our certificate (PEM)</source>
      <translation>Nuestro certificado (PEM)</translation>
    </message>
    <message>
      <source>Our key (PEM)</source>
      <translation>Nuestra clave (PEM)</translation>
    </message>
    <message>
      <source>kept as it is</source>
      <translation>se deja como está</translation>
    </message>
    <message>
      <source>none; kept in a file of its own</source>
      <translation>ninguno; se guarda en un archivo propio</translation>
    </message>
    <message>
      <source>Choose a file</source>
      <translation>Elegir un archivo</translation>
    </message>
  </context>
  <context>
    <name>Prior</name>
    <message>
      <source>the same day</source>
      <translation>el mismo día</translation>
    </message>
    <message>
      <source>{} d before</source>
      <translation>{} d antes</translation>
    </message>
    <message>
      <source>{} months before</source>
      <translation>{} meses antes</translation>
    </message>
    <message>
      <source>{} years before</source>
      <translation>{} años antes</translation>
    </message>
    <message>
      <source>PRIOR of {}</source>
      <translation>PREVIO del {}</translation>
    </message>
    <message>
      <source>PRIOR</source>
      <translation>PREVIO</translation>
    </message>
    <message>
      <source>Prior {} of {}</source>
      <translation>Previo {} de {}</translation>
    </message>
    <message>
      <source>{} then, {} now</source>
      <translation>{} entonces, {} ahora</translation>
    </message>
    <message>
      <source>Score {} then ({}), {} now ({})</source>
      <translation>Puntuación {} entonces ({}), {} ahora ({})</translation>
    </message>
    <message>
      <source>The patient's name differs; check the identity.</source>
      <translation>El nombre del paciente difiere; compruebe la identidad.</translation>
    </message>
    <message>
      <source>The patient's sex differs; check the identity.</source>
      <translation>El sexo del paciente difiere; compruebe la identidad.</translation>
    </message>
    <message>
      <source>A birth date is missing; the same patient by ID only.</source>
      <translation>Falta una fecha de nacimiento; el mismo paciente solo por el ID.</translation>
    </message>
    <message>
      <source>The models differ: the prior was scored by {} ({}) and not by {}; the scores cannot be compared.</source>
      <translation>Los modelos difieren: el previo fue puntuado por {} ({}) y no por {}; las puntuaciones no son comparables.</translation>
    </message>
    <message>
      <source>The prior was not processed.</source>
      <translation>El estudio previo no se procesó.</translation>
    </message>
    <message>
      <source>The prior has no result by this model.</source>
      <translation>El estudio previo no tiene resultado de este modelo.</translation>
    </message>
    <message>
      <source>Read as {} then and as {} now, by different parts of the model; the scores cannot be compared.</source>
      <translation>Leído como {} entonces y como {} ahora, por partes distintas del modelo; las puntuaciones no son comparables.</translation>
    </message>
    <message>
      <source>all ages</source>
      <translation>todas las edades</translation>
    </message>
    <message>
      <source>Flagged at different operating points: {} then, {} now.</source>
      <translation>Marcado en puntos de operación distintos: {} entonces, {} ahora.</translation>
    </message>
  </context>
  <context>
    <name>ProgressLine</name>
    <message>
      <source>Scoring</source>
      <translation>Análisis</translation>
    </message>
    <message>
      <source>{} of {} files</source>
      <translation>{} de {} archivos</translation>
    </message>
    <message>
      <source>{}/s</source>
      <translation>{}/s</translation>
    </message>
    <message>
      <source>{} failed</source>
      <translation>{} fallidos</translation>
    </message>
  </context>
  <context>
    <name>Reasons</name>
    <message>
      <source>finding missed</source>
      <translation>hallazgo omitido</translation>
    </message>
    <message>
      <source>no finding there</source>
      <translation>sin hallazgo en ese lugar</translation>
    </message>
    <message>
      <source>other finding</source>
      <translation>otro hallazgo</translation>
    </message>
    <message>
      <source>artefact or device</source>
      <translation>artefacto o dispositivo</translation>
    </message>
    <message>
      <source>poor image</source>
      <translation>imagen deficiente</translation>
    </message>
  </context>
  <context>
    <name>ReceptionLight</name>
    <message>
      <source>Not receiving</source>
      <translation>Sin recepción</translation>
    </message>
    <message>
      <source>Reception starts …</source>
      <translation>La recepción empieza …</translation>
    </message>
    <message>
      <source>Reception ends …</source>
      <translation>La recepción termina …</translation>
    </message>
    <message>
      <source>Cannot receive</source>
      <translation>No se puede recibir</translation>
    </message>
    <message>
      <source>Receiving as {}, port {}</source>
      <translation>Recibe como {}, puerto {}</translation>
    </message>
    <message>
      <source>{:,} instances</source>
      <translation>{:,} instancias</translation>
    </message>
    <message>
      <source>{:,} instances received, {:,} refused</source>
      <translation>{:,} instancias recibidas, {:,} rechazadas</translation>
    </message>
    <message>
      <source>{:,} results sent, {:,} given up</source>
      <translation>{:,} resultados enviados, {:,} abandonados</translation>
    </message>
  </context>
  <context>
    <name>ResultPage</name>
    <message>
      <source>Result of a chest X-ray triage</source>
      <translation>Resultado de un triaje de radiografía de tórax</translation>
    </message>
    <message>
      <source>Patient</source>
      <translation>Paciente</translation>
    </message>
    <message>
      <source>ID</source>
      <translation>ID</translation>
    </message>
    <message>
      <source>Age/sex</source>
      <translation>Edad/sexo</translation>
    </message>
    <message>
      <source>Study date</source>
      <translation>Fecha del estudio</translation>
    </message>
    <message>
      <source>Description</source>
      <translation>Descripción</translation>
    </message>
    <message>
      <source>Accession</source>
      <translation>N.º de acceso</translation>
    </message>
    <message>
      <source>Status</source>
      <translation>Estado</translation>
    </message>
    <message>
      <source>AI result</source>
      <translation>Resultado IA</translation>
    </message>
    <message>
      <source>Score</source>
      <translation>Puntuación</translation>
    </message>
    <message>
      <source>Model</source>
      <translation>Modelo</translation>
    </message>
    <message>
      <source>{}, flagged from {}</source>
      <translation>{}, marcado desde {}</translation>
    </message>
    <message>
      <source>Operating point</source>
      <translation>Punto de operación</translation>
    </message>
    <message>
      <source>Reader's verdict</source>
      <translation>Opinión del lector</translation>
    </message>
    <message>
      <source>Written {}.</source>
      <translation>Escrito {}.</translation>
    </message>
    <message>
      <source>Image</source>
      <translation>Imagen</translation>
    </message>
    <message>
      <source>View</source>
      <translation>Proyección</translation>
    </message>
    <message>
      <source>Result</source>
      <translation>Resultado</translation>
    </message>
    <message>
      <source>Remarks</source>
      <translation>Observaciones</translation>
    </message>
    <message>
      <source>Research use only - not a medical device. A study that is not flagged may still hold a finding; this page replaces no reading by a radiologist.</source>
      <translation>Solo investigación - no es un producto sanitario. Un estudio no marcado puede contener un hallazgo; esta página no sustituye la lectura de un radiólogo.</translation>
    </message>
  </context>
  <context>
    <name>ResultPanel</name>
    <message>
      <source>Result</source>
      <translation>Resultado</translation>
    </message>
    <message>
      <source>No study chosen</source>
      <translation>Ningún estudio elegido</translation>
    </message>
    <message>
      <source>No model, no result.</source>
      <translation>Sin modelo, sin resultado.</translation>
    </message>
    <message>
      <source>Probability of {}</source>
      <translation>Probabilidad de {}</translation>
    </message>
    <message>
      <source>{}, the highest of {} images</source>
      <translation>{}, la más alta de {} imágenes</translation>
    </message>
    <message>
      <source>Operating point {}: sensitivity {}, specificity {} ({}, n = {})</source>
      <translation>Punto de operación {}: sensibilidad {}, especificidad {} ({}, n = {})</translation>
    </message>
    <message>
      <source>Not scored: {}</source>
      <translation>Sin puntuación: {}</translation>
    </message>
    <message>
      <source>Model {}</source>
      <translation>Modelo {}</translation>
    </message>
    <message>
      <source>Read as {}, by the patient's age of {}</source>
      <translation>Leído como {}, por la edad de {}</translation>
    </message>
    <message>
      <source>Read as {}: the age is not stated</source>
      <translation>Leído como {}: no consta la edad</translation>
    </message>
    <message>
      <source>Calibration: {}</source>
      <translation>Calibración: {}</translation>
    </message>
    <message>
      <source>Not calibrated: the score orders images, it is no frequency of disease.</source>
      <translation>Sin calibrar: la puntuación ordena imágenes, no es una frecuencia de enfermedad.</translation>
    </message>
    <message>
      <source>Bracket: scores and frequency differed by {} on average in {}</source>
      <translation>Corchetes: puntuación y frecuencia diferían en {} de media en {}</translation>
    </message>
    <message>
      <source>This image drives the result of the study.</source>
      <translation>Esta imagen determina el resultado del estudio.</translation>
    </message>
    <message>
      <source>Image</source>
      <translation>Imagen</translation>
    </message>
    <message>
      <source>Score</source>
      <translation>Puntuación</translation>
    </message>
    <message>
      <source>Remarks</source>
      <translation>Observaciones</translation>
    </message>
    <message>
      <source>Images of the study</source>
      <translation>Imágenes del estudio</translation>
    </message>
  </context>
  <context>
    <name>ResultPrintDialog</name>
    <message>
      <source>Print the result</source>
      <translation>Imprimir el resultado</translation>
    </message>
  </context>
  <context>
    <name>RuleList</name>
    <message>
      <source>Done by itself</source>
      <translation>Se hace automáticamente</translation>
    </message>
    <message>
      <source>What</source>
      <translation>Qué</translation>
    </message>
    <message>
      <source>Name</source>
      <translation>Nombre</translation>
    </message>
    <message>
      <source>Other system</source>
      <translation>Otro sistema</translation>
    </message>
    <message>
      <source>How</source>
      <translation>Cómo</translation>
    </message>
    <message>
      <source>Rules and destinations</source>
      <translation>Reglas y destinos</translation>
    </message>
    <message>
      <source>There is no settings file; what is changed holds for this session.</source>
      <translation>No hay archivo de ajustes; los cambios valen para esta sesión.</translation>
    </message>
    <message>
      <source>Open the settings file</source>
      <translation>Abrir el archivo de ajustes</translation>
    </message>
    <message>
      <source>Fetch studies</source>
      <translation>Recuperar estudios</translation>
    </message>
    <message>
      <source>Ask a modality worklist</source>
      <translation>Consultar una lista de trabajo</translation>
    </message>
    <message>
      <source>Send results</source>
      <translation>Enviar resultados</translation>
    </message>
    <message>
      <source>when asked</source>
      <translation>a petición</translation>
    </message>
    <message>
      <source>nothing</source>
      <translation>nada</translation>
    </message>
    <message>
      <source>every {} s</source>
      <translation>cada {} s</translation>
    </message>
  </context>
  <context>
    <name>ScoreScale</name>
    <message>
      <source>Score {}</source>
      <translation>Puntuación {}</translation>
    </message>
    <message>
      <source>none</source>
      <translation>ninguno</translation>
    </message>
    <message>
      <source>flagged from {}</source>
      <translation>marcado desde {}</translation>
    </message>
  </context>
  <context>
    <name>SearchDialog</name>
    <message>
      <source>Search archives</source>
      <translation>Buscar en archivos</translation>
    </message>
    <message>
      <source>such as DOE*</source>
      <translation>por ejemplo DOE*</translation>
    </message>
    <message>
      <source>today, yesterday, 2026-03-01, 2026-03-01..2026-03-07</source>
      <translation>today, yesterday, 2026-03-01, 2026-03-01..2026-03-07</translation>
    </message>
    <message>
      <source>Search</source>
      <translation>Buscar</translation>
    </message>
    <message>
      <source>Fetch chosen studies</source>
      <translation>Traer los estudios elegidos</translation>
    </message>
    <message>
      <source>Stop</source>
      <translation>Detener</translation>
    </message>
    <message>
      <source>The settings name no other system; add one under File, Network.</source>
      <translation>Los ajustes no nombran otro sistema; añada uno en Archivo, Red.</translation>
    </message>
    <message>
      <source>{} is asked …</source>
      <translation>Se pregunta a {} …</translation>
    </message>
    <message>
      <source>{:,} studies found</source>
      <translation>{:,} estudios encontrados</translation>
    </message>
    <message>
      <source>{:,} studies are fetched …</source>
      <translation>Se traen {:,} estudios …</translation>
    </message>
    <message>
      <source>waits</source>
      <translation>espera</translation>
    </message>
    <message>
      <source>{:,} images</source>
      <translation>{:,} imágenes</translation>
    </message>
    <message>
      <source>{:,} images, {:,} left out or failed</source>
      <translation>{:,} imágenes, {:,} omitidas o fallidas</translation>
    </message>
    <message>
      <source>All chosen studies have come.</source>
      <translation>Han llegado todos los estudios elegidos.</translation>
    </message>
    <message>
      <source>It stops …</source>
      <translation>Se detiene …</translation>
    </message>
    <message>
      <source>The search was given up.</source>
      <translation>Se abandonó la búsqueda.</translation>
    </message>
    <message>
      <source>C-FIND and C-GET</source>
      <translation>C-FIND y C-GET</translation>
    </message>
    <message>
      <source>C-FIND and C-MOVE</source>
      <translation>C-FIND y C-MOVE</translation>
    </message>
    <message>
      <source>DICOMweb</source>
      <translation>DICOMweb</translation>
    </message>
    <message>
      <source>Archive</source>
      <translation>Archivo</translation>
    </message>
    <message>
      <source>Patient's name</source>
      <translation>Nombre del paciente</translation>
    </message>
    <message>
      <source>Patient ID</source>
      <translation>ID del paciente</translation>
    </message>
    <message>
      <source>Accession number</source>
      <translation>Número de acceso</translation>
    </message>
    <message>
      <source>Date</source>
      <translation>Fecha</translation>
    </message>
    <message>
      <source>Modalities</source>
      <translation>Modalidades</translation>
    </message>
    <message>
      <source>Way of asking</source>
      <translation>Modo de consulta</translation>
    </message>
    <message>
      <source>Studies found</source>
      <translation>Estudios encontrados</translation>
    </message>
  </context>
  <context>
    <name>SearchResults</name>
    <message>
      <source>Date</source>
      <translation>Fecha</translation>
    </message>
    <message>
      <source>Modality</source>
      <translation>Modalidad</translation>
    </message>
    <message>
      <source>Patient</source>
      <translation>Paciente</translation>
    </message>
    <message>
      <source>Patient ID</source>
      <translation>ID del paciente</translation>
    </message>
    <message>
      <source>Accession</source>
      <translation>Acceso</translation>
    </message>
    <message>
      <source>Description</source>
      <translation>Descripción</translation>
    </message>
    <message>
      <source>Images</source>
      <translation>Imágenes</translation>
    </message>
    <message>
      <source>State</source>
      <translation>Estado</translation>
    </message>
  </context>
  <context>
    <name>SendingDialog</name>
    <message>
      <source>What is being sent</source>
      <translation>Envíos en curso</translation>
    </message>
    <message>
      <source>Destination</source>
      <translation>Destino</translation>
    </message>
    <message>
      <source>State</source>
      <translation>Estado</translation>
    </message>
    <message>
      <source>Attempts</source>
      <translation>Intentos</translation>
    </message>
    <message>
      <source>Reason</source>
      <translation>Motivo</translation>
    </message>
    <message>
      <source>SOP Instance UID</source>
      <translation>SOP Instance UID</translation>
    </message>
    <message>
      <source>Deliveries</source>
      <translation>Envíos</translation>
    </message>
    <message>
      <source>Send again what was given up</source>
      <translation>Reenviar lo abandonado</translation>
    </message>
    <message>
      <source>Look again</source>
      <translation>Volver a leer</translation>
    </message>
    <message>
      <source>{:,} wait or are under way, {:,} were given up</source>
      <translation>{:,} esperan o están en curso, {:,} abandonados</translation>
    </message>
    <message>
      <source>waits</source>
      <translation>espera</translation>
    </message>
    <message>
      <source>is being sent</source>
      <translation>se envía</translation>
    </message>
    <message>
      <source>stored, not yet committed to</source>
      <translation>guardado, aún sin compromiso</translation>
    </message>
    <message>
      <source>delivered</source>
      <translation>entregado</translation>
    </message>
    <message>
      <source>given up</source>
      <translation>abandonado</translation>
    </message>
  </context>
  <context>
    <name>SettingsDialog</name>
    <message>
      <source>Settings</source>
      <translation>Ajustes</translation>
    </message>
    <message>
      <source>the name of the operating system's user</source>
      <translation>el nombre del usuario del sistema</translation>
    </message>
    <message>
      <source>Reader aid: flag, score and heatmap</source>
      <translation>Ayuda a la lectura: marca, puntuación y mapa de calor</translation>
    </message>
    <message>
      <source>Triage only: flag, no score, no heatmap</source>
      <translation>Solo triaje: marca, sin puntuación ni mapa de calor</translation>
    </message>
    <message>
      <source>Readers may not change it</source>
      <translation>Los lectores no pueden cambiarlo</translation>
    </message>
    <message>
      <source>Unread studies rise after</source>
      <translation>Los estudios sin leer suben tras</translation>
    </message>
    <message>
      <source> min</source>
      <translation> min</translation>
    </message>
    <message>
      <source>Maximum wait in minutes</source>
      <translation>Espera máxima en minutos</translation>
    </message>
    <message>
      <source>New studies enter the list while nobody's hand is on it</source>
      <translation>Los estudios nuevos entran en la lista mientras nadie la usa</translation>
    </message>
    <message>
      <source>Window</source>
      <translation>Ventana</translation>
    </message>
    <message>
      <source>Zoom</source>
      <translation>Zoom</translation>
    </message>
    <message>
      <source>Pan</source>
      <translation>Desplazar</translation>
    </message>
    <message>
      <source>Scroll</source>
      <translation>Recorrer</translation>
    </message>
    <message>
      <source>Zoom; with Ctrl scroll</source>
      <translation>Zoom; con Ctrl recorrer</translation>
    </message>
    <message>
      <source>Scroll; with Ctrl zoom</source>
      <translation>Recorrer; con Ctrl zoom</translation>
    </message>
    <message>
      <source>Reception, other systems, rules, destinations …</source>
      <translation>Recepción, otros sistemas, reglas, destinos …</translation>
    </message>
    <message>
      <source>Add a model</source>
      <translation>Añadir un modelo</translation>
    </message>
    <message>
      <source>Watch a folder</source>
      <translation>Vigilar una carpeta</translation>
    </message>
    <message>
      <source>Reader</source>
      <translation>Lector</translation>
    </message>
    <message>
      <source>Language (from the next start on)</source>
      <translation>Idioma (desde el próximo inicio)</translation>
    </message>
    <message>
      <source>Reading mode</source>
      <translation>Modo de lectura</translation>
    </message>
    <message>
      <source>Longest wait</source>
      <translation>Espera máxima</translation>
    </message>
    <message>
      <source>Stand first, in this order</source>
      <translation>Van primero, en este orden</translation>
    </message>
    <message>
      <source>Arrivals</source>
      <translation>Llegadas</translation>
    </message>
    <message>
      <source>Dragging with the right button</source>
      <translation>Arrastrar con el botón derecho</translation>
    </message>
    <message>
      <source>Dragging with the middle button</source>
      <translation>Arrastrar con el botón central</translation>
    </message>
    <message>
      <source>Mouse wheel</source>
      <translation>Rueda del ratón</translation>
    </message>
    <message>
      <source>Reasons of a verdict</source>
      <translation>Motivos de una opinión</translation>
    </message>
    <message>
      <source>Watched folders</source>
      <translation>Carpetas vigiladas</translation>
    </message>
    <message>
      <source>Model</source>
      <translation>Modelo</translation>
    </message>
    <message>
      <source>Seconds until a file is given up</source>
      <translation>Segundos hasta abandonar un archivo</translation>
    </message>
    <message>
      <source>Network</source>
      <translation>Red</translation>
    </message>
    <message>
      <source>Add …</source>
      <translation>Añadir …</translation>
    </message>
    <message>
      <source>Remove</source>
      <translation>Quitar</translation>
    </message>
  </context>
  <context>
    <name>Statistics</name>
    <message>
      <source>Group</source>
      <translation>Grupo</translation>
    </message>
    <message>
      <source>Studies</source>
      <translation>Estudios</translation>
    </message>
    <message>
      <source>Flag rate</source>
      <translation>Tasa de marcas</translation>
    </message>
    <message>
      <source>Mean score</source>
      <translation>Puntuación media</translation>
    </message>
    <message>
      <source>Agreement</source>
      <translation>Acuerdo</translation>
    </message>
    <message>
      <source>Positive predictive value</source>
      <translation>Valor predictivo positivo</translation>
    </message>
    <message>
      <source>Unsure</source>
      <translation>Inseguro</translation>
    </message>
    <message>
      <source>Not processed</source>
      <translation>No procesados</translation>
    </message>
    <message>
      <source>{} of {}</source>
      <translation>{} de {}</translation>
    </message>
  </context>
  <context>
    <name>StatisticsPage</name>
    <message>
      <source>Statistics</source>
      <translation>Estadísticas</translation>
    </message>
    <message>
      <source>Model</source>
      <translation>Modelo</translation>
    </message>
    <message>
      <source>Scanner</source>
      <translation>Equipo</translation>
    </message>
    <message>
      <source>Flag rate</source>
      <translation>Tasa de marcas</translation>
    </message>
    <message>
      <source>Mean score</source>
      <translation>Puntuación media</translation>
    </message>
    <message>
      <source>Agreement of readers</source>
      <translation>Acuerdo de los lectores</translation>
    </message>
    <message>
      <source>Positive predictive value, by readers</source>
      <translation>Valor predictivo positivo, según los lectores</translation>
    </message>
    <message>
      <source>Figures</source>
      <translation>Cifras</translation>
    </message>
    <message>
      <source>Agreement and predictive value count results that readers agreed or disagreed with; bands are 95 % intervals. A change of the flag rate or the score may come from other patients as well as from the model.</source>
      <translation>El acuerdo y el valor predictivo cuentan los resultados que los lectores aceptaron o rechazaron; las bandas son intervalos del 95 %. Un cambio de la tasa o de la puntuación puede deberse a otros pacientes tanto como al modelo.</translation>
    </message>
    <message>
      <source>Save as CSV …</source>
      <translation>Guardar como CSV …</translation>
    </message>
    <message>
      <source>All models</source>
      <translation>Todos los modelos</translation>
    </message>
    <message>
      <source>All scanners</source>
      <translation>Todos los equipos</translation>
    </message>
    <message>
      <source>unknown scanner</source>
      <translation>equipo desconocido</translation>
    </message>
    <message>
      <source>All</source>
      <translation>Todos</translation>
    </message>
    <message>
      <source>By model</source>
      <translation>Por modelo</translation>
    </message>
    <message>
      <source>By scanner</source>
      <translation>Por equipo</translation>
    </message>
    <message>
      <source>By week</source>
      <translation>Por semana</translation>
    </message>
    <message>
      <source>Save the figures as CSV</source>
      <translation>Guardar las cifras como CSV</translation>
    </message>
    <message>
      <source>{}: cannot be written ({}).</source>
      <translation>{}: no se puede escribir ({}).</translation>
    </message>
  </context>
  <context>
    <name>VerdictBar</name>
    <message>
      <source>The AI result:</source>
      <translation>El resultado de la IA:</translation>
    </message>
    <message>
      <source>Reason</source>
      <translation>Motivo</translation>
    </message>
    <message>
      <source>Note</source>
      <translation>Nota</translation>
    </message>
    <message>
      <source>no reason</source>
      <translation>sin motivo</translation>
    </message>
  </context>
  <context>
    <name>ViewerPanel</name>
    <message>
      <source>Choose a study in the list.</source>
      <translation>Elija un estudio de la lista.</translation>
    </message>
    <message>
      <source>Radiograph to compare with</source>
      <translation>Radiografía de comparación</translation>
    </message>
  </context>
  <context>
    <name>ViewerWindow</name>
    <message>
      <source>Images - research use only, not a medical device</source>
      <translation>Imágenes - solo investigación, no es un producto sanitario</translation>
    </message>
  </context>
  <context>
    <name>Wording</name>
    <message>
      <source>The model was trained on patients of another age.</source>
      <translation>El modelo se entrenó con pacientes de otra edad.</translation>
    </message>
    <message>
      <source>Age not stated; the model was trained on certain ages only.</source>
      <translation>Edad no indicada; el modelo se entrenó solo con ciertas edades.</translation>
    </message>
    <message>
      <source>View not stated; read as frontal.</source>
      <translation>Proyección no indicada; leída como frontal.</translation>
    </message>
    <message>
      <source>Body part not stated; read as a chest.</source>
      <translation>Región no indicada; leída como tórax.</translation>
    </message>
    <message>
      <source>Most of the heat lies outside the chest: do not trust this heatmap.</source>
      <translation>La mayor parte del mapa de calor queda fuera del tórax: no se fíe de él.</translation>
    </message>
    <message>
      <source>flagged</source>
      <translation>marcado</translation>
    </message>
    <message>
      <source>not flagged</source>
      <translation>no marcado</translation>
    </message>
    <message>
      <source>not processed</source>
      <translation>no procesado</translation>
    </message>
    <message>
      <source>waiting</source>
      <translation>en espera</translation>
    </message>
    <message>
      <source>unread</source>
      <translation>sin leer</translation>
    </message>
    <message>
      <source>in progress</source>
      <translation>en curso</translation>
    </message>
    <message>
      <source>reviewed</source>
      <translation>revisado</translation>
    </message>
    <message>
      <source>dictated</source>
      <translation>dictado</translation>
    </message>
    <message>
      <source>validated</source>
      <translation>validado</translation>
    </message>
    <message>
      <source>cancelled</source>
      <translation>cancelado</translation>
    </message>
    <message>
      <source>not a DICOM file</source>
      <translation>no es un archivo DICOM</translation>
    </message>
    <message>
      <source>holds no image</source>
      <translation>no contiene imagen</translation>
    </message>
    <message>
      <source>not a radiograph (SOP class)</source>
      <translation>no es una radiografía (clase SOP)</translation>
    </message>
    <message>
      <source>other modality</source>
      <translation>otra modalidad</translation>
    </message>
    <message>
      <source>other body part</source>
      <translation>otra parte del cuerpo</translation>
    </message>
    <message>
      <source>not a frontal view</source>
      <translation>no es una proyección frontal</translation>
    </message>
    <message>
      <source>age outside the model's range</source>
      <translation>edad fuera del intervalo del modelo</translation>
    </message>
    <message>
      <source>age not known</source>
      <translation>edad desconocida</translation>
    </message>
    <message>
      <source>image too small</source>
      <translation>imagen demasiado pequeña</translation>
    </message>
    <message>
      <source>several frames</source>
      <translation>varios fotogramas</translation>
    </message>
    <message>
      <source>not a grey image</source>
      <translation>no es una imagen en gris</translation>
    </message>
    <message>
      <source>does not look like a chest</source>
      <translation>no parece un tórax</translation>
    </message>
    <message>
      <source>duplicate</source>
      <translation>duplicado</translation>
    </message>
    <message>
      <source>unreadable</source>
      <translation>ilegible</translation>
    </message>
    <message>
      <source>file cut short</source>
      <translation>archivo truncado</translation>
    </message>
    <message>
      <source>cannot be decoded</source>
      <translation>no se puede decodificar</translation>
    </message>
    <message>
      <source>faulty pixel data</source>
      <translation>datos de píxeles defectuosos</translation>
    </message>
    <message>
      <source>the model failed</source>
      <translation>el modelo falló</translation>
    </message>
    <message>
      <source>too large for memory</source>
      <translation>demasiado grande para la memoria</translation>
    </message>
    <message>
      <source>took too long</source>
      <translation>tardó demasiado</translation>
    </message>
    <message>
      <source>failed</source>
      <translation>fallido</translation>
    </message>
    <message>
      <source>{}, flagged from {}</source>
      <translation>{}, marcado desde {}</translation>
    </message>
    <message>
      <source>{} d</source>
      <translation>{} d</translation>
    </message>
    <message>
      <source>{} m</source>
      <translation>{} m</translation>
    </message>
    <message>
      <source>{} y</source>
      <translation>{} a</translation>
    </message>
    <message>
      <source>{} d {} h</source>
      <translation>{} d {} h</translation>
    </message>
    <message>
      <source>{} h {} min</source>
      <translation>{} h {} min</translation>
    </message>
    <message>
      <source>{} min</source>
      <translation>{} min</translation>
    </message>
    <message>
      <source>overdue</source>
      <translation>vencido</translation>
    </message>
    <message>
      <source>{} (received)</source>
      <translation>{} (recibido)</translation>
    </message>
    <message>
      <source>Requested as {} by the worklist of {}: stands before all others. Oldest first; of {}.</source>
      <translation>Solicitado como {} por la lista de trabajo de {}: va antes que todos. El más antiguo primero; del {}.</translation>
    </message>
    <message>
      <source>Requested as {}: stands before all others. Oldest first; of {}.</source>
      <translation>Solicitado como {}: va antes que todos. El más antiguo primero; del {}.</translation>
    </message>
    <message>
      <source>Has waited {}, the limit is {}: stands before all that have not, whatever the result. Oldest first; of {}.</source>
      <translation>Espera desde hace {}, el límite es {}: va antes que los que esperan menos, sea cual sea el resultado. El más antiguo primero; del {}.</translation>
    </message>
    <message>
      <source>Flagged: stands before all others.</source>
      <translation>Marcado: va antes que todos.</translation>
    </message>
    <message>
      <source>An image failed or still waits: stands after the flagged.</source>
      <translation>Una imagen falló o aún espera: va después de los marcados.</translation>
    </message>
    <message>
      <source>Not flagged: stands after flagged and failed studies.</source>
      <translation>No marcado: va después de los marcados y los fallidos.</translation>
    </message>
    <message>
      <source>No image for this model: stands last.</source>
      <translation>Ninguna imagen para este modelo: va al final.</translation>
    </message>
    <message>
      <source>Oldest first; this one is of {}.</source>
      <translation>El más antiguo primero; este es del {}.</translation>
    </message>
  </context>
  <context>
    <name>Worklist</name>
    <message>
      <source>Priority</source>
      <translation>Prioridad</translation>
    </message>
    <message>
      <source>AI result</source>
      <translation>Resultado IA</translation>
    </message>
    <message>
      <source>Score</source>
      <translation>Puntuación</translation>
    </message>
    <message>
      <source>Status</source>
      <translation>Estado</translation>
    </message>
    <message>
      <source>Patient</source>
      <translation>Paciente</translation>
    </message>
    <message>
      <source>ID</source>
      <translation>ID</translation>
    </message>
    <message>
      <source>Age/sex</source>
      <translation>Edad/sexo</translation>
    </message>
    <message>
      <source>Study date</source>
      <translation>Fecha del estudio</translation>
    </message>
    <message>
      <source>Waiting</source>
      <translation>Espera</translation>
    </message>
    <message>
      <source>Description</source>
      <translation>Descripción</translation>
    </message>
    <message>
      <source>Reason</source>
      <translation>Motivo</translation>
    </message>
    <message>
      <source>Images</source>
      <translation>Imágenes</translation>
    </message>
    <message>
      <source>Mod.</source>
      <translation>Mod.</translation>
    </message>
    <message>
      <source>Accession</source>
      <translation>N.º de acceso</translation>
    </message>
    <message>
      <source>Reader</source>
      <translation>Lector</translation>
    </message>
    <message>
      <source>Picture</source>
      <translation>Imagen</translation>
    </message>
    <message>
      <source>Other files in {}</source>
      <translation>Otros archivos en {}</translation>
    </message>
  </context>
  <context>
    <name>WorklistView</name>
    <message>
      <source>Worklist</source>
      <translation>Lista de trabajo</translation>
    </message>
  </context>
</TS>
