/** The GUIDs of the driver model: one table per kind. */
export { guid, GUID_NULL, type Guid } from './guids/guid.ts';
export { FUNCTION_NODE, KSNODETYPE } from './guids/nodeTypes.ts';
export { PINNAME_CAPTURE, TERMINAL } from './guids/pinCategories.ts';
export { KSCATEGORY } from './guids/filterCategories.ts';
export { KSAUDFNAME } from './guids/names.ts';
export {
  KSEVENTSETID,
  KSINTERFACESETID_STANDARD,
  KSMEDIUMSETID_STANDARD,
  KSPROPSETID,
} from './guids/sets.ts';
export { CLSID, type ClassId } from './guids/classIds.ts';
export { constantName, friendlyName } from './guids/friendlyNames.ts';
